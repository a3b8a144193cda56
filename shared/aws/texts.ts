import { defineTexts } from '../i18n/index.ts'

export const awsTexts = defineTexts('aws', {
  noKeys: {
    en: 'This deployment has no key to encrypt credentials with.',
    fr: 'Ce déploiement n’a pas de clé pour chiffrer les identifiants.',
  },
  unreadableSecret: {
    en: 'What is stored encrypted cannot be read with the keys of this deployment.',
    fr: 'Les données chiffrées ne peuvent pas être lues avec les clés de ce déploiement.',
  },
  notReady: {
    en: 'No answer from: {names}. Nothing can be accepted.',
    fr: 'Ne répondent pas : {names}. Aucune requête ne peut être acceptée.',
  },
  queueRefused: {
    en: 'The queue did not take every message; try again in a moment.',
    fr: 'La file n’a pas accepté tous les messages ; réessayez dans un instant.',
  },
  tooLarge: {
    en: 'This is more than can be stored at once (400 KB for one element, 4 MB in all). Nothing was changed: make it shorter, or send it to fewer channels at a time.',
    fr: 'C’est plus que ce qui peut être enregistré en une fois (400 Ko par élément, 4 Mo en tout). Rien n’a été modifié : raccourcissez-le, ou envoyez-le sur moins de canaux à la fois.',
  },
  busy: {
    en: 'The storage is busy. Nothing was changed: try again in a moment.',
    fr: 'Le stockage est saturé. Rien n’a été modifié : réessayez dans un instant.',
  },
})
