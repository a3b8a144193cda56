import { defineTexts } from '../../i18n/index.ts'

export const googleTexts = defineTexts('google', {
  noAccess: {
    en: 'Google has not opened the API of {network} to this deployment’s project yet: {words}. Its page in docs/networks says how to ask for it.',
    fr: 'Google n’a pas encore ouvert l’API de {network} au projet de ce déploiement : {words}. Sa page dans docs/networks explique comment en faire la demande.',
  },
  notSwitchedOn: {
    en: 'The API of {network} is not enabled in this deployment’s project at console.cloud.google.com: {words}.',
    fr: 'L’API de {network} n’est pas activée dans le projet de ce déploiement sur console.cloud.google.com : {words}.',
  },
  lacksPermission: {
    en: 'This access lacks a permission: {words}. Connect it again and leave every box ticked.',
    fr: 'Il manque une autorisation à cet accès : {words}. Reconnectez-le en laissant toutes les cases cochées.',
  },
  lacksPermissions: {
    en: '{network} was not given every permission; it lacks {scopes}. Connect again and leave every box ticked.',
    fr: '{network} n’a pas reçu toutes les autorisations ; il manque {scopes}. Reconnectez-le en laissant toutes les cases cochées.',
  },
})
