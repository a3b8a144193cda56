import { defineTexts } from '../../i18n/index.ts'

export const subscriptionTexts = defineTexts('meta_subscription', {
  tooManyApps: {
    en: '{network} lists more apps on this Page than Parvis reads ({count}), and ours is not among them. Remove apps that are no longer used: Page settings → Business integrations.',
    fr: '{network} liste plus d’applications sur cette Page que Parvis n’en lit ({count}), et la nôtre n’y figure pas. Retirez celles qui ne servent plus : paramètres de la Page → Intégrations professionnelles.',
  },
  pageUnknown: {
    en: 'The Facebook Page of this Instagram account is not known, so its webhooks cannot be set up. Connect the account again.',
    fr: 'La Page Facebook de ce compte Instagram n’est pas connue : ses webhooks ne peuvent pas être mis en place. Reconnectez le compte.',
  },
})
