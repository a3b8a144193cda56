import { defineTexts } from '../../i18n/index.ts'

export const facebookTexts = defineTexts('facebook', {
  cannotDo: {
    en: 'Facebook does not let a Page {action?reply=answer|private_reply=answer in private|hide=hide|delete=delete|do} this; it does with comments and posts on the Page.',
    fr: 'Facebook ne permet pas à une Page {action?reply=de répondre ici|private_reply=de répondre en privé ici|hide=de masquer cet élément|delete=de supprimer cet élément|de faire cela ici}. C’est possible pour les commentaires et les publications sur la Page.',
  },
  otherPage: {
    en: 'This token is not the one of the Page {name}, but of {id}. A Page token comes from GET /me/accounts.',
    fr: 'Ce jeton n’est pas celui de la Page {name}, mais de {id}. Un jeton de Page vient de GET /me/accounts.',
  },
  stillProcessing: {
    en: 'Facebook has been processing this video for two hours and does not show it yet.',
    fr: 'Facebook traite cette vidéo depuis deux heures et ne l’affiche pas encore.',
  },
  tooMuchSince: {
    en: 'The Page published too much since then to look through.',
    fr: 'La Page a trop publié depuis pour parcourir ses publications.',
  },
  postLive: { en: 'Its post is live.', fr: 'Sa publication est en ligne.' },
  photoShown: {
    en: 'A photo is shown by a post on Facebook.',
    fr: 'Une photo figure dans une publication sur Facebook.',
  },
  mediaOrLink: {
    en: 'A post shows either media or a link preview.',
    fr: 'Une publication montre soit des médias, soit l’aperçu d’un lien.',
  },
  photosOrVideo: {
    en: 'A post on Facebook takes photos or one video, not both, and not two videos.',
    fr: 'Une publication Facebook accepte des photos ou une seule vidéo, pas les deux.',
  },
  fetchesLarge: {
    en: 'Facebook fetches a reel or story of more than {megabytes} MB from a public address, and this deployment has none.',
    fr: 'Facebook va chercher un reel ou une story de plus de {megabytes} Mo à une adresse publique, que ce déploiement n’a pas.',
  },
  badPageId: { en: 'A Page id is a number.', fr: 'L’identifiant d’une Page est un nombre.' },
})
