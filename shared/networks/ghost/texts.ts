import { defineTexts } from '../../i18n/index.ts'

export const ghostTexts = defineTexts('ghost', {
  webhookRefused: {
    en: '{network} did not accept the webhook: {why}',
    fr: '{network} n’a pas accepté le webhook : {why}',
  },
  draftChanged: {
    en: 'Somebody changed the draft in Ghost, or it is no longer a draft.',
    fr: 'Quelqu’un a modifié le brouillon dans Ghost, ou ce n’est plus un brouillon.',
  },
  draftGone: {
    en: 'The draft of this article was deleted on the site. It is made again.',
    fr: 'Le brouillon de cet article a été supprimé sur le site. Il va être recréé.',
  },
  badKey: {
    en: 'An Admin API key looks like 64f…:9a3…; Settings → Integrations shows it.',
    fr: 'Une clé Admin API ressemble à 64f…:9a3… ; elle est affichée dans Paramètres → Intégrations.',
  },
})
