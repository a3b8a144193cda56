import { defineTexts } from '../../i18n/index.ts'

export const tiktokTexts = defineTexts('tiktok', {
  noMoreToday: {
    en: 'TikTok takes no more posts today: {words}.',
    fr: 'TikTok n’accepte plus de publications aujourd’hui : {words}.',
  },
  businessEnded: {
    en: 'TikTok no longer accepts the Business access: {words}. Connect the channel again with a new one.',
    fr: 'TikTok n’accepte plus l’accès Business : {words}. Reconnectez le canal avec un nouvel accès.',
  },
  unreadableTokens: { en: 'TikTok gave unreadable tokens.', fr: 'TikTok a donné des jetons illisibles.' },
  needsBusiness: {
    en: 'TikTok lets tools answer comments only through its API for Business: connect the channel again with a Business id and refresh token.',
    fr: 'TikTok ne laisse les outils répondre aux commentaires que par son API for Business : reconnectez le canal avec un identifiant Business et un jeton de renouvellement.',
  },
  noUploadAddress: {
    en: 'TikTok gave no address to upload to.',
    fr: 'TikTok n’a donné aucune adresse de téléversement.',
  },
  titleTooLong: {
    en: 'TikTok takes a title of {max} characters; this one has {length}.',
    fr: 'TikTok accepte un titre de {max} caractères ; celui-ci en compte {length}.',
  },
  videoOrPhotos: {
    en: 'TikTok takes one video, or photos: not both, and not several videos.',
    fr: 'TikTok accepte une vidéo ou des photos, pas les deux, ni plusieurs vidéos.',
  },
  privatePartnership: {
    en: 'TikTok refuses a paid partnership that only its author sees.',
    fr: 'TikTok refuse un partenariat rémunéré que seul son auteur peut voir.',
  },
  unreadableCreator: {
    en: 'TikTok gave an unreadable answer about its creator.',
    fr: 'TikTok a donné une réponse illisible à propos de ce compte.',
  },
  privacy: {
    en: 'This account may not post as {wanted}; TikTok offers {offered}. An app that TikTok has not audited may only post privately.',
    fr: 'Ce compte ne peut pas publier en {wanted} ; TikTok propose {offered}. Une application que TikTok n’a pas auditée ne peut publier qu’en privé.',
  },
  accountVideo: {
    en: 'This account may post videos of {max} s; this one has {seconds} s.',
    fr: 'Ce compte peut publier des vidéos de {max} s ; celle-ci dure {seconds} s.',
  },
  postRefused: {
    en: 'TikTok took the upload and then refused the post: {words}.',
    fr: 'TikTok a accepté le fichier, puis a refusé la publication : {words}.',
  },
})
