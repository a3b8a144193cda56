import { defineTexts } from '../../i18n/index.ts'

export const instagramTexts = defineTexts('instagram', {
  cannotDo: {
    en: 'Instagram lets an account {action?reply=answer|private_reply=answer in private|hide=hide|delete=delete|do this with} comments under its posts only.',
    fr: 'Instagram n’autorise {action?reply=une réponse|private_reply=une réponse privée|hide=le masquage|delete=la suppression|cette action} que pour les commentaires sous les publications du compte.',
  },
  messageBytes: {
    en: 'A message on Instagram has {max} bytes at most (an accented letter counts two); this one has {length}.',
    fr: 'Un message Instagram fait {max} octets au plus (une lettre accentuée en compte deux) ; celui-ci en a {length}.',
  },
  quotaUsed: {
    en: 'This account has published as much as Instagram allows within 24 hours: {words}.',
    fr: 'Ce compte a publié autant qu’Instagram le permet en 24 heures : {words}.',
  },
  filesRefused: {
    en: 'Instagram does not accept these files: {words}.',
    fr: 'Instagram n’accepte pas ces fichiers : {words}.',
  },
  textRefused: {
    en: 'Instagram does not accept this text: {words}.',
    fr: 'Instagram n’accepte pas ce texte : {words}.',
  },
  containerRefused: {
    en: 'Instagram cannot publish this container: {words}.',
    fr: 'Instagram ne peut pas publier ce contenu préparé : {words}.',
  },
  needsMedia: { en: 'Instagram needs a photo or a video.', fr: 'Instagram demande une photo ou une vidéo.' },
  filesUnusable: {
    en: 'Instagram could not use these files: {words}.',
    fr: 'Instagram n’a pas pu utiliser ces fichiers : {words}.',
  },
  gaveUpFiles: {
    en: 'Instagram gave up on these files {rebuilt} times (last on {at:date}, {at:time}). Try another format.',
    fr: 'Instagram a échoué {rebuilt} fois sur ces fichiers (dernière fois le {at:date}, {at:time}). Essayez un autre format.',
  },
  quota: {
    en: 'Instagram lets this account publish {total} posts in 24 hours by API, and {used} are used.',
    fr: 'Instagram autorise ce compte à publier {total} fois en 24 heures par l’API ; il l’a déjà fait {used} fois.',
  },
  cannotDelete: {
    en: 'Instagram lets no tool delete posts of an account connected by Instagram Login. Delete it in the app, or connect this account through its Facebook Page.',
    fr: 'Instagram ne permet pas de supprimer les publications d’un compte connecté par Instagram Login. Supprimez-la dans l’application, ou connectez ce compte par sa Page Facebook.',
  },
  noLinks: {
    en: 'Instagram makes no link of an address in the text.',
    fr: 'Instagram n’affiche pas de lien pour une adresse dans le texte.',
  },
  badUsername: { en: 'A username without @.', fr: 'Un nom d’utilisateur, sans @.' },
  tooManyHashtags: {
    en: 'Instagram takes {max} hashtags in a text; there are {count}.',
    fr: 'Instagram accepte {max} hashtags dans un texte ; il y en a {count}.',
  },
  tooManyMentions: {
    en: 'Instagram takes {max} mentions in a text; there are {count}.',
    fr: 'Instagram accepte {max} mentions dans un texte ; il y en a {count}.',
  },
})
