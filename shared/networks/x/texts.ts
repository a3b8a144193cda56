import { defineTexts } from '../../i18n/index.ts'

export const xTexts = defineTexts('x', {
  answerTooLong: {
    en: 'X takes {max} weighted characters; this answer has {length}. Shorten it.',
    fr: 'X accepte {max} caractères pondérés ; cette réponse en compte {length}. Raccourcissez-la.',
  },
  cannotDo: {
    en: 'X does not let an app {action?delete=delete what somebody else wrote|reply=answer this|do this}. Do it on X.',
    fr: 'X ne permet pas à une application {action?delete=de supprimer ce que quelqu’un d’autre a écrit|reply=de répondre ici|de faire cela}. Faites-le sur X.',
  },
  authorUnknown: {
    en: 'It is not known who wrote this message, so it cannot be answered from here.',
    fr: 'On ne sait pas qui a écrit ce message : impossible d’y répondre d’ici.',
  },
  postGone: {
    en: 'X no longer has this post: its author deleted it.',
    fr: 'Ce post n’est plus sur X : son auteur l’a supprimé.',
  },
  creditsUsed: {
    en: 'The credits of this deployment’s app at X are used up: {words}. Buy some in X’s developer console; posts that wait leave then.',
    fr: 'Les crédits de l’application de ce déploiement chez X sont épuisés : {words}. Achetez-en dans la console développeur de X ; les publications en attente partiront alors.',
  },
  onlyMentions: {
    en: 'X lets an app answer only posts whose author mentioned this account or quoted a post of it: {words}. Answer this one on X.',
    fr: 'X ne laisse une application répondre qu’aux posts dont l’auteur a mentionné ce compte ou cité un de ses posts : {words}. Répondez à celui-ci sur X.',
  },
  oneCashtag: {
    en: 'X takes one cashtag a post; this one has {tags}.',
    fr: 'X accepte un seul cashtag par post ; celui-ci contient {tags}.',
  },
  invisibleCharacter: {
    en: 'There is an invisible character in this text that X does not take (U+FEFF, U+FFFE or U+FFFF).',
    fr: 'Ce texte contient un caractère invisible que X refuse (U+FEFF, U+FFFE ou U+FFFF).',
  },
  videoAlone: {
    en: 'On X a video or a GIF stands alone: no other media beside it.',
    fr: 'Sur X, une vidéo ou un GIF se publie seul, sans autre média.',
  },
  pollOrMedia: {
    en: 'On X a post has either a poll or media.',
    fr: 'Sur X, un post contient soit un sondage, soit des médias.',
  },
  pollAnswerMax: {
    en: 'An answer has {max} characters at most on X.',
    fr: 'Une réponse compte {max} caractères au plus sur X.',
  },
  pollWeek: {
    en: 'A poll on X is open for seven days (10,080 minutes) at most.',
    fr: 'Un sondage sur X reste ouvert sept jours (10 080 minutes) au plus.',
  },
  noHashtag: {
    en: '{typed} is no hashtag on X: it needs a letter, and a space or punctuation before it.',
    fr: '{typed} n’est pas un hashtag sur X : il lui faut une lettre, et une espace ou une ponctuation avant.',
  },
  readAsLink: {
    en: 'X reads “{url}” as a link, and charges a post with a link more. If it is the end of a sentence, put a space after the full stop.',
    fr: 'X lit « {url} » comme un lien, et facture davantage un post avec un lien. Si c’est la fin d’une phrase, mettez une espace après le point.',
  },
  countsDouble: {
    en: 'On X {name} counts 2 characters; it stands here {times} {times|time|times}.',
    fr: 'Sur X, {name} compte pour 2 caractères ; ce texte en contient {times}.',
  },
  narrowSpace: { en: 'the narrow no-break space (U+202F)', fr: 'l’espace fine insécable (U+202F)' },
  ellipsis: { en: 'the ellipsis …', fr: 'les points de suspension …' },
  euro: { en: 'the euro sign €', fr: 'le symbole euro €' },
  fileUnusable: {
    en: 'X cannot use this file: “{words}”. Save it again as MP4 (H.264, AAC) or JPEG.',
    fr: 'X ne peut pas utiliser ce fichier : « {words} ». Réenregistrez-le en MP4 (H.264, AAC) ou JPEG.',
  },
  charged: { en: '{items}', fr: '{items}' },
  linkedPosts: { en: '{count} {count|post|posts} with a link', fr: '{count} {count|post|posts} avec un lien' },
  plainPosts: { en: '{count} {count|post|posts}', fr: '{count} {count|post|posts}' },
  descriptions: {
    en: '{count} {count|description of a picture|descriptions of pictures}',
    fr: '{count} {count|description d’image|descriptions d’images}',
  },
})
