import { defineTexts } from '../../i18n/index.ts'

export const mastodonTexts = defineTexts('mastodon', {
  cannotDo: {
    en: 'Mastodon does not allow “{action}” on what others wrote. Mute, block or report the account on the server.',
    fr: 'Mastodon ne permet pas l’action « {action} » sur ce que d’autres ont écrit. Masquez, bloquez ou signalez le compte sur le serveur.',
  },
  noHashtag: {
    en: '{typed} is no hashtag on Mastodon: it has no letter before its first apostrophe or hyphen.',
    fr: '{typed} n’est pas un hashtag sur Mastodon : il n’a pas de lettre avant sa première apostrophe ou son premier trait d’union.',
  },
  pollAnswers: {
    en: 'This server takes {max} answers; there are {count}.',
    fr: 'Ce serveur accepte {max} réponses ; il y en a {count}.',
  },
  answerTooLong: {
    en: 'This server takes answers of {max} characters; this one has {length}.',
    fr: 'Ce serveur accepte des réponses de {max} caractères ; celle-ci en compte {length}.',
  },
  answerTwice: { en: 'This answer is there twice.', fr: 'Cette réponse figure deux fois.' },
  pollMinutes: {
    en: 'This server keeps a poll open from {min} to {max} minutes.',
    fr: 'Sur ce serveur, un sondage reste ouvert de {min} à {max} minutes.',
  },
  pollOrMedia: {
    en: 'Mastodon shows either a poll or media, not both.',
    fr: 'Mastodon affiche soit un sondage, soit des médias, pas les deux.',
  },
  textTooLong: {
    en: 'This server takes {max} characters; the text has {length}. A link counts {perLink}, a content warning counts too.',
    fr: 'Ce serveur accepte {max} caractères ; le texte en compte {length}. Un lien en compte {perLink}, l’avertissement de contenu compte aussi.',
  },
  replyTooLong: {
    en: 'This server takes {max} characters; the answer has {length} with the name of who is answered.',
    fr: 'Ce serveur accepte {max} caractères ; la réponse en compte {length} avec le nom de la personne à qui vous répondez.',
  },
  replyTooLongWarned: {
    en: 'This server takes {max} characters; the answer has {length} with the name of who is answered and the content warning.',
    fr: 'Ce serveur accepte {max} caractères ; la réponse en compte {length} avec le nom de la personne à qui vous répondez et l’avertissement de contenu.',
  },
  tokenRefused: {
    en: '{host} does not take this access token: {words}. Make one under Preferences → Development.',
    fr: '{host} refuse ce jeton d’accès : {words}. Créez-en un dans Préférences → Développement.',
  },
  appRefused: {
    en: '{host} lets nobody register an app: {words}.',
    fr: '{host} ne permet pas d’enregistrer une application : {words}.',
  },
  codeRefused: {
    en: '{host} does not take the code it gave: {words}. Connect again.',
    fr: '{host} refuse le code qu’il a donné : {words}. Recommencez la connexion.',
  },
})
