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
})
