import { defineTexts } from '../../i18n/index.ts'

export const oauthTexts = defineTexts('oauth', {
  appMissing: {
    en: 'This deployment has no app of {network} yet: its document lacks {fields}. docs/networks/{network}.md says where they come from.',
    fr: 'Ce déploiement n’a pas encore d’application {network} : il manque {fields} dans son document. docs/networks/{network}.md explique où les trouver.',
  },
  oauthOnly: {
    en: '{network} is connected by POST /v1/channels/connect.',
    fr: '{network} se connecte par POST /v1/channels/connect.',
  },
  renewalEnded: {
    en: '{network} no longer renews this access. Connect it again.',
    fr: '{network} ne renouvelle plus cet accès. Reconnectez-le.',
  },
  renewalFailed: {
    en: '{network} could not renew the access: {why}',
    fr: '{network} n’a pas pu renouveler l’accès : {why}',
  },
})
