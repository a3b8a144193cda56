import { defineTexts } from '../i18n/index.ts'

/** What several networks answer in the same case. `{words}`: the network's own, quoted. */
export const networkTexts = defineTexts('networks', {
  quoted: { en: '“{words}”', fr: '« {words} »' },
  quotedStatus: { en: '“{words}” (HTTP {status})', fr: '« {words} » (HTTP {status})' },
  quotedCode: { en: '“{words}” (code {code})', fr: '« {words} » (code {code})' },
  quotedReason: { en: '“{words}” ({reason})', fr: '« {words} » ({reason})' },
  noReason: { en: 'no reason given', fr: 'sans raison donnée' },

  asksToWait: { en: '{network} asks to wait: {words}.', fr: '{network} demande d’attendre : {words}.' },
  asksToWaitFor: { en: '{network} asks to wait: “{words}”.', fr: '{network} demande d’attendre : « {words} ».' },
  accessEnded: {
    en: '{network} no longer accepts this access: {words}. Connect the channel again.',
    fr: '{network} n’accepte plus cet accès : {words}. Reconnectez le canal.',
  },
  accessEndedFor: {
    en: '{network} no longer accepts this access: “{words}”. Connect the channel again.',
    fr: '{network} n’accepte plus cet accès : « {words} ». Reconnectez le canal.',
  },
  notAllowed: {
    en: '{network} does not allow this account to do that: {words}.',
    fr: '{network} ne permet pas cette opération à ce compte : {words}.',
  },
  notANumber: { en: 'This id is a number.', fr: 'Cet identifiant est un nombre.' },
  refused: { en: '{network} refused it: {words}.', fr: '{network} a refusé cette demande : {words}.' },
  blocked: {
    en: '{network} blocked it under its rules: {words}.',
    fr: '{network} a bloqué ce contenu en application de ses règles : {words}.',
  },
  duplicate: {
    en: '{network} takes this for a post that is already there: {words}.',
    fr: '{network} considère que ce contenu est déjà publié : {words}.',
  },
  failedThere: {
    en: '{network} failed on its side: {words}.',
    fr: '{network} a rencontré une erreur de son côté : {words}.',
  },
  notNow: {
    en: '{network} cannot answer now: {words}. Try again in a few minutes.',
    fr: '{network} est indisponible pour le moment : {words}. Réessayez dans quelques minutes.',
  },
  notAsked: { en: '{network} could not be asked: {words}.', fr: '{network} n’a pas pu être interrogé : {words}.' },

  unreadable: {
    en: '{network} gave an answer that Parvis cannot read.',
    fr: 'La réponse de {network} est illisible.',
  },
  unreadableUpload: {
    en: '{network} gave an answer to an upload that Parvis cannot read.',
    fr: 'La réponse de {network} à un téléversement est illisible.',
  },
  unreadableList: {
    en: '{network} gave a list that Parvis cannot read.',
    fr: 'La liste donnée par {network} est illisible.',
  },
  unreadableFigures: {
    en: '{network} gave figures that Parvis cannot read.',
    fr: 'Les chiffres donnés par {network} sont illisibles.',
  },
  unreadableRenewal: {
    en: '{network} gave an answer to a renewal that Parvis cannot read.',
    fr: 'La réponse de {network} au renouvellement de l’accès est illisible.',
  },
  noRenewalToken: {
    en: '{network} gave no token to renew the access with. Connect it again.',
    fr: '{network} n’a pas donné de jeton pour renouveler l’accès. Reconnectez-le.',
  },

  networkUnreachable: { en: '{network} cannot be reached: {why}', fr: '{network} est injoignable : {why}' },
  hostUnreachable: {
    en: '{host} cannot be reached: {why} Check the address.',
    fr: '{host} est injoignable : {why} Vérifiez l’adresse.',
  },
  hostBusy: {
    en: '{host} cannot answer now (HTTP {status}). Try again in a few minutes.',
    fr: '{host} est indisponible pour le moment (HTTP {status}). Réessayez dans quelques minutes.',
  },
  hostNotNow: {
    en: '{host} cannot be used now: {why} Try again in a few minutes.',
    fr: '{host} est indisponible pour le moment : {why} Réessayez dans quelques minutes.',
  },
  notCalled: { en: '{host} was not called: {why}', fr: '{host} n’a pas été appelé : {why}' },
  notThisNetwork: {
    en: '{host} does not answer like a {network} server. Check the address.',
    fr: '{host} ne répond pas comme un serveur {network}. Vérifiez l’adresse.',
  },
  badServer: {
    en: '“{address}” is not the address of a server. Example: {example}.',
    fr: '« {address} » n’est pas l’adresse d’un serveur. Exemple : {example}.',
  },
  notADelivery: { en: 'This is not a delivery of {network}.', fr: 'Ce n’est pas une livraison de {network}.' },

  empty: { en: 'Write something, or add a picture.', fr: 'Écrivez un texte, ou ajoutez une image.' },
  noThreads: {
    en: '{network} has no threads: a post has exactly one part.',
    fr: '{network} n’a pas de fils : une publication compte une seule partie.',
  },
  threadTooLong: {
    en: 'A thread has at most {max} parts on {network}; this one has {count}.',
    fr: 'Un fil compte {max} parties au plus sur {network} ; celui-ci en compte {count}.',
  },
  titleTooLong: {
    en: '{network} takes a title of {max} characters; this one has {length}.',
    fr: '{network} accepte un titre de {max} caractères ; celui-ci en compte {length}.',
  },
  answerTooLong: {
    en: '{network} takes answers of {max} characters; this one has {length}.',
    fr: '{network} accepte des réponses de {max} caractères ; celle-ci en compte {length}.',
  },
  commentTooLong: {
    en: '{network} takes comments of {max} characters; this one has {length}.',
    fr: '{network} accepte des commentaires de {max} caractères ; celui-ci en compte {length}.',
  },
  messageTooLong: {
    en: '{network} takes messages of {max} characters; this one has {length}.',
    fr: '{network} accepte des messages de {max} caractères ; celui-ci en compte {length}.',
  },
  hashtagCut: {
    en: '{typed} is the hashtag #{read} on {network}: it ends at the first apostrophe, hyphen or other punctuation.',
    fr: '{typed} devient le hashtag #{read} sur {network} : il s’arrête à la première apostrophe, au premier trait d’union ou autre signe.',
  },
  videoAlone: {
    en: 'On {network} a video stands alone: no other media beside it.',
    fr: 'Sur {network}, une vidéo se publie seule, sans autre média.',
  },
  storyText: {
    en: 'A story on {network} shows its picture or video alone: this text will not be seen.',
    fr: 'Une story sur {network} ne montre que son image ou sa vidéo : ce texte ne sera pas vu.',
  },
  storyComments: {
    en: 'A story on {network} has no comments.',
    fr: 'Une story sur {network} n’a pas de commentaires.',
  },
  pollMedia: { en: 'A poll on {network} has no media.', fr: 'Un sondage sur {network} n’a pas de médias.' },
  pollAnswers: {
    en: 'A poll on {network} has {max} answers at most.',
    fr: 'Un sondage sur {network} compte {max} réponses au plus.',
  },
  pollAnswerTooLong: {
    en: '{network} takes poll answers of {max} characters; this one has {length}.',
    fr: '{network} accepte des réponses de sondage de {max} caractères ; celle-ci en compte {length}.',
  },
  pollOneAnswer: {
    en: 'A poll on {network} takes one answer of each person.',
    fr: 'Un sondage sur {network} n’accepte qu’une réponse par personne.',
  },
  needsPublicAddress: {
    en: '{network} fetches media from a public address, and this deployment has none: set PARVIS_PUBLIC_URL.',
    fr: '{network} va chercher les médias à une adresse publique, que ce déploiement n’a pas : renseignez PARVIS_PUBLIC_URL.',
  },
  needsPublicPhoto: {
    en: '{network} fetches the photo from a public address, and this deployment has none: set PARVIS_PUBLIC_URL.',
    fr: '{network} va chercher la photo à une adresse publique, que ce déploiement n’a pas : renseignez PARVIS_PUBLIC_URL.',
  },

  uploadedAgain: {
    en: '{network} no longer has an uploaded file; it is uploaded again.',
    fr: '{network} n’a plus l’un des fichiers téléversés : il est envoyé de nouveau.',
  },
  fileUnusable: {
    en: '{network} cannot use this file: “{words}”. Save it again and retry.',
    fr: '{network} ne peut pas utiliser ce fichier : « {words} ». Réenregistrez-le et réessayez.',
  },
  videoUnusable: {
    en: '{network} could not use this video: “{words}”.',
    fr: '{network} n’a pas pu utiliser cette vidéo : « {words} ».',
  },
  firstComment: { en: 'The first comment: {why}', fr: 'Le premier commentaire : {why}' },
  notListedYet: {
    en: '{network} says that this is published, and does not list it yet.',
    fr: '{network} indique que c’est publié, mais ne l’affiche pas encore dans sa liste.',
  },
  tooMuchSince: {
    en: 'The account published too much since {since:date}, {since:time} to look through.',
    fr: 'Le compte a trop publié depuis le {since:date}, {since:time} pour parcourir ses publications.',
  },
  noAction: { en: '{network} has no action “{action}”.', fr: '{network} n’a pas d’action « {action} ».' },
  unknownNetwork: {
    en: 'Parvis does not know the network “{network}”. It knows: {names}.',
    fr: 'Parvis ne connaît pas le réseau « {network} ». Il connaît : {names}.',
  },
})
