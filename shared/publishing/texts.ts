import { defineTexts } from '../i18n/index.ts'

export const publishingTexts = defineTexts('publishing', {
  duplicate: {
    en: '{network} refuses the same text again within {within}. The publication {id} says the same, {at:moment}. Change the text or the moment.',
    fr: '{network} refuse le même texte une seconde fois en moins de {within}. La publication {id} dit la même chose, {at:moment}. Changez le texte ou l’heure.',
  },
  duplicateObserved: {
    en: '{network} may refuse the same text again within about {within} (observed; it publishes no rule). The publication {id} says the same, {at:moment}. Change the text or the moment.',
    fr: '{network} peut refuser le même texte une seconde fois en moins de {within} environ (constaté ; la règle n’est pas publiée). La publication {id} dit la même chose, {at:moment}. Changez le texte ou l’heure.',
  },
  duplicateNext: {
    en: '{network} refuses the same post twice in a row. The publication {id} says the same, {at:moment}, with nothing in between. Change the text, or let another post leave between the two.',
    fr: '{network} refuse deux fois de suite le même post. La publication {id} dit la même chose, {at:moment}, sans autre post entre les deux. Changez le texte, ou intercalez un autre post.',
  },
  hours: { en: '{count} {count|hour|hours}', fr: '{count} {count|heure|heures}' },
  minutes: { en: '{count} {count|minute|minutes}', fr: '{count} {count|minute|minutes}' },
  cannotSchedule: {
    en: 'You write drafts; you do not schedule or send them (scope posts:publish). Save it without a date, then ask an owner or a manager to schedule it.',
    fr: 'Vous écrivez des brouillons, sans les programmer ni les envoyer (permission posts:publish). Enregistrez-le sans date, puis demandez à un propriétaire ou à un gestionnaire de le programmer.',
  },
  draftsOnly: {
    en: 'You may change drafts only, and this is no longer one (scope posts:publish). Ask an owner or a manager to change it.',
    fr: 'Vous ne pouvez modifier que des brouillons, et ce n’en est plus un (permission posts:publish). Demandez la modification à un propriétaire ou à un gestionnaire.',
  },
  mediumLeaves: {
    en: 'The publication {id} is to leave with this medium: only somebody who may publish changes it (scope posts:publish). Ask an owner or a manager.',
    fr: 'La publication {id} doit partir avec ce média : le modifier demande la permission de publier (posts:publish). Adressez-vous à un propriétaire ou à un gestionnaire.',
  },
  noMedium: {
    en: 'There is no uploaded medium {id} in this workspace.',
    fr: 'Il n’y a pas de média {id} téléversé dans cet espace.',
  },
  coverNotImage: {
    en: 'A cover must be an image; {id} is {kind?video=a video|document=a document|another kind of file}.',
    fr: 'Une couverture doit être une image ; {id} est {kind?video=une vidéo|document=un document|un autre type de fichier}.',
  },
  missed: {
    en: '{why} At most {grace} {grace|minute|minutes} of delay are allowed: give it a new date, or leave it.',
    fr: '{why} Le retard toléré est de {grace} {grace|minute|minutes} : donnez-lui une nouvelle date, ou laissez-la de côté.',
  },
  unconfirmed: {
    en: 'Nobody can tell whether it is live. {why} Look on the network, then say so: published, send again, or let go.',
    fr: 'Impossible de savoir si elle est en ligne. {why} Regardez sur le réseau, puis indiquez-le : publiée, à renvoyer, ou à abandonner.',
  },
  foundAfterLoss: {
    en: 'It was found on the network after its answer was lost.',
    fr: 'Elle a été retrouvée sur le réseau alors que la réponse s’était perdue.',
  },
  stepFound: {
    en: 'The lost step was found on the network; the rest goes on from it.',
    fr: 'L’étape perdue a été retrouvée sur le réseau ; la suite reprend à partir de là.',
  },
  notLookedUp: { en: 'could not be looked up: {why}', fr: 'recherche impossible : {why}' },
  notLookedUpEither: {
    en: '{first} It could not be looked up: {why}',
    fr: '{first} Elle n’a pas pu être recherchée : {why}',
  },
  lookOnceMore: {
    en: 'not there; looking once more before that is believed',
    fr: 'introuvable ; une seconde recherche le confirmera',
  },
  surelyAbsent: {
    en: 'It did not reach the network; it is sent once more.',
    fr: 'Elle n’est pas arrivée au réseau ; elle est renvoyée une fois.',
  },
  absentTwice: { en: 'absent twice; one more attempt', fr: 'absente deux fois ; une nouvelle tentative' },
  resentSameKey: {
    en: 'not found; sent again under the same key, which the network takes once',
    fr: 'introuvable ; renvoyée avec la même clé, que le réseau n’accepte qu’une fois',
  },
  absentNoProof: {
    en: '{first} It was not found, which does not prove that it is not there.',
    fr: '{first} Elle n’a pas été retrouvée, ce qui ne prouve pas qu’elle est absente.',
  },
  handedOver: {
    en: 'It was handed over: a person publishes it, then confirms it.',
    fr: 'Elle a été confiée à quelqu’un, qui la publie puis le confirme.',
  },
  handedOverDecision: { en: 'handed over to a person', fr: 'confiée à quelqu’un' },
  channelGone: { en: 'Its channel was disconnected.', fr: 'Son canal a été déconnecté.' },
  rejectedPermission: { en: 'rejected (permission): {why}', fr: 'refusée (autorisation) : {why}' },
  nothingToRemind: { en: 'nothing to remind of', fr: 'aucun rappel à envoyer' },
  reminded: { en: 'its person is reminded', fr: 'un rappel est envoyé' },
  leftToInstant: { en: 'it waits for its instant', fr: 'elle attend son heure' },
  triedAgainAt: { en: 'tried again {at:moment}', fr: 'nouvelle tentative {at:moment}' },
  notPreparedYet: { en: 'not prepared yet, {next}: {why}', fr: 'pas encore préparée, {next} : {why}' },
  prepared: {
    en: 'prepared; nothing is visible before its instant',
    fr: 'préparée ; rien n’est visible avant son heure',
  },
  networkBusy: {
    en: 'the network is at work; next look {at:moment}',
    fr: 'le réseau y travaille ; prochaine vérification {at:moment}',
  },
  rejectedAhead: {
    en: 'rejected ({reason}) while it was prepared: {why}',
    fr: 'refusée ({reason}) pendant la préparation : {why}',
  },
  notRemoved: {
    en: 'It could not be removed from the network: {why}',
    fr: 'Elle n’a pas pu être retirée du réseau : {why}',
  },
  notRemovedDecision: { en: 'not removed: {why}', fr: 'non retirée : {why}' },
  notRemovedYet: { en: 'not removed yet: {why}', fr: 'pas encore retirée : {why}' },
  removed: { en: 'The network removed it.', fr: 'Le réseau l’a retirée.' },
  accepted: { en: 'The network accepted it.', fr: 'Le réseau l’a acceptée.' },
  partly: { en: 'Only a part is live: {why}', fr: 'Une partie seulement est en ligne : {why}' },
  processing: { en: 'The network accepted it and is processing it.', fr: 'Le réseau l’a acceptée et la traite.' },
  processingUntil: {
    en: 'processing; next look {at:moment}',
    fr: 'en traitement ; prochaine vérification {at:moment}',
  },
  rejectedDecision: { en: 'rejected ({reason}): {why}', fr: 'refusée ({reason}) : {why}' },
  limitedUntil: {
    en: '{why} The limit lasts until {until:date}, {until:time}.',
    fr: '{why} Cette limite vaut jusqu’au {until:date}, {until:time}.',
  },
  stillUnknown: {
    en: 'still unknown; it is sent again under the same key: {why}',
    fr: 'toujours inconnue ; renvoyée avec la même clé : {why}',
  },
  resentRefused: {
    en: '{first} Sent again, it was refused: {why}',
    fr: '{first} Renvoyée, elle a été refusée : {why}',
  },
  notResent: { en: '{first} It could not be sent again: {why}', fr: '{first} Elle n’a pas pu être renvoyée : {why}' },
  noLookUp: {
    en: '{first} This network offers no way to look it up.',
    fr: '{first} Ce réseau ne permet pas de la rechercher.',
  },
  answerLost: {
    en: 'The network’s answer was lost; the publication is being looked up.',
    fr: 'La réponse du réseau s’est perdue ; la publication est recherchée.',
  },
  lookedUpFirst: {
    en: 'unknown: {why} It is looked up before anything is sent again.',
    fr: 'inconnue : {why} Elle est recherchée avant tout nouvel envoi.',
  },
  waits: {
    en: 'next try {until:moment} ({waitingFor?limit=limit of the network|retry=another try|channel unavailable}): {why}',
    fr: 'prochain essai {until:moment} ({waitingFor?limit=limite du réseau|retry=nouvelle tentative|canal indisponible}) : {why}',
  },
  neverReached: {
    en: 'It did not reach the network after {retries} {retries|try|tries}: {why}',
    fr: 'Elle n’est pas arrivée au réseau après {retries} {retries|tentative|tentatives} : {why}',
  },
  cannot: {
    en: 'The publication {id} cannot {what}: {because}.',
    fr: 'La publication {id} ne peut pas {what} : {because}.',
  },
  cannotFit: { en: 'This picture cannot be adapted. {cannot}', fr: 'Cette image ne peut pas être adaptée. {cannot}' },
  variantForNone: {
    en: 'This variant is for none of the post’s channels.',
    fr: 'Cette variante ne correspond à aucun canal du post.',
  },
  notWritten: {
    en: 'The post was not saved: see the problems.',
    fr: 'Le post n’a pas été enregistré : voyez le détail des problèmes.',
  },
  cannotDeleteThere: {
    en: '{network} lets no tool delete posts; delete it there, or delete the post without removing it from the networks.',
    fr: '{network} ne permet à aucun outil de supprimer des publications ; supprimez-la sur place, ou supprimez le post sans le retirer des réseaux.',
  },
  deleteThere: {
    en: '{network} lets no tool delete posts; delete it there.',
    fr: '{network} ne permet à aucun outil de supprimer des publications ; supprimez-la sur place.',
  },
  handoverOutdated: {
    en: 'It was edited after you saw it. Read it again, correct what you published, then confirm again.',
    fr: 'La publication a été modifiée après votre lecture. Relisez-la, corrigez ce que vous avez publié, puis confirmez de nouveau.',
  },
  notAPostAddress: {
    en: 'This is not the address of a post on {network}. An example: {example}',
    fr: 'Ce n’est pas l’adresse d’une publication sur {network}. Exemple : {example}',
  },
  liveElsewhere: {
    en: 'The network’s post {externalId} already belongs to another publication. Check which one it is.',
    fr: 'Le post {externalId} du réseau est déjà celui d’une autre publication. Vérifiez duquel il s’agit.',
  },
  nothingToPrepare: { en: '{network} has nothing to prepare.', fr: '{network} n’a rien à préparer.' },
  mediumGone: {
    en: 'The medium {id} no longer exists. Choose another one and try again.',
    fr: 'Le média {id} n’existe plus. Choisissez-en un autre et réessayez.',
  },
  full: {
    en: '{network} takes no more posts of this {scope?app=application|channel} before {until:date}, {until:time}.',
    fr: '{network} n’accepte plus de publications de {scope?app=cette application|ce canal} avant le {until:date}, {until:time}.',
  },
  noAnswerInTime: { en: 'The network did not answer in time.', fr: 'Le réseau n’a pas répondu à temps.' },
  inPast: {
    en: '{at} ({zone}) has passed. Choose a later time, or send "now": true.',
    fr: '{at} ({zone}) est déjà passé. Choisissez une date à venir, ou envoyez "now": true.',
  },
  tooFar: { en: '{at} is more than {years} years ahead.', fr: '{at} est dans plus de {years} ans.' },
  noZone: {
    en: '“{zone}” is not an IANA time zone. Example: Europe/Paris.',
    fr: '« {zone} » n’est pas un fuseau horaire IANA. Exemple : Europe/Paris.',
  },
  noDate: {
    en: '“{text}” is not a valid date and time. Example: 2026-12-01T09:00:00.',
    fr: '« {text} » n’est pas une date et une heure valides. Exemple : 2026-12-01T09:00:00.',
  },
  lookedAtLate: {
    en: 'It was due {due:moment} and could only be handled {now:moment}.',
    fr: 'Elle était prévue {due:moment} et n’a pu être traitée que {now:moment}.',
  },
  notPreparedNow: { en: 'not prepared now', fr: 'non préparée pour l’instant' },
  answeredTaken: {
    en: 'The network answered with a post ({ids}) that already belongs to another publication.',
    fr: 'Le réseau a répondu par un post ({ids}) qui est déjà celui d’une autre publication.',
  },
  diedDuring: {
    en: 'The attempt ended during the step “{step}”, without an answer.',
    fr: 'La tentative s’est interrompue pendant l’étape « {step} », sans réponse.',
  },
  diedBefore: {
    en: 'The attempt ended before anything was visible; it is taken up again.',
    fr: 'La tentative s’est interrompue avant que rien ne soit visible ; elle est reprise.',
  },
  paused: { en: 'The channel {name} is paused.', fr: 'Le canal {name} est en pause.' },
  overCap: {
    en: 'It costs {cost:usd} ({reason}), and {spent:usd} of the {cap:usd} that this channel may spend in a month (monthlyCapUsd) are already spent.',
    fr: 'Cette publication coûte {cost:usd} ({reason}), et {spent:usd} des {cap:usd} que ce canal peut dépenser par mois (monthlyCapUsd) sont déjà dépensés.',
  },
  handoverFailed: {
    en: 'The person who was to publish it handed it back. Reason: {why}.',
    fr: 'Publication rendue par la personne chargée de la publier. Motif : {why}.',
  },
  noReason: { en: 'not stated', fr: 'non précisé' },
  quoted: { en: '“{words}”', fr: '« {words} »' },
  mustReconnect: {
    en: 'The channel {name} must be connected again: {why}',
    fr: 'Le canal {name} doit être reconnecté : {why}',
  },
  accessRefused: { en: 'its access is no longer accepted.', fr: 'son accès n’est plus accepté.' },
  fitted: { en: 'This picture is {changes}.', fr: 'Cette image est {changes}.' },
  localTime: {
    en: 'A date and time, such as 2026-12-01T09:00:00.',
    fr: 'Une date et une heure, par exemple 2026-12-01T09:00:00.',
  },
  missedDecision: { en: 'missed: {why}', fr: 'manquée : {why}' },
  unconfirmedDecision: { en: 'unconfirmed: {why}', fr: 'à vérifier : {why}' },
  failedDecision: { en: 'failed: {why}', fr: 'échec : {why}' },
  lostAndAbsent: {
    en: 'Its answer was lost, and it did not reach the network.',
    fr: 'La réponse s’est perdue, et elle n’est pas arrivée au réseau.',
  },
  partlyTooLate: {
    en: 'Only a part is live, and its time is over. {why}',
    fr: 'Une partie seulement est en ligne, et le délai est dépassé. {why}',
  },
  partFound: {
    en: 'A part of it was found on the network; its time is over, or a person stopped it.',
    fr: 'Une partie a été retrouvée sur le réseau ; le délai est dépassé, ou quelqu’un l’a arrêtée.',
  },
  lastLook: {
    en: 'not found; it was the last look',
    fr: 'introuvable ; c’était la dernière recherche',
  },
  nextLook: { en: 'not found; looked up again {at:moment}', fr: 'introuvable ; nouvelle recherche {at:moment}' },
  stopped: { en: 'A person stopped it; nothing of it was sent.', fr: 'Quelqu’un l’a arrêtée ; rien n’a été envoyé.' },
  stoppedPartly: {
    en: 'A person stopped it; what was sent before stays there.',
    fr: 'Quelqu’un l’a arrêtée ; ce qui était déjà envoyé reste en ligne.',
  },
  stoppedInDoubt: {
    en: 'A person stopped it; it is only looked up.',
    fr: 'Quelqu’un l’a arrêtée ; elle est seulement recherchée.',
  },
  noList: {
    en: 'There is no list {listId} in this workspace. GET /v1/lists shows those there are.',
    fr: 'Il n’y a pas de liste {listId} dans cet espace. GET /v1/lists montre celles qui existent.',
  },
  otherList: {
    en: 'The list {listId} belongs to another channel. Choose a list of this channel.',
    fr: 'La liste {listId} appartient à un autre canal. Choisissez une liste de ce canal.',
  },
  languageTag: {
    en: 'A language tag, such as fr or fr-CA.',
    fr: 'Un code de langue, par exemple fr ou fr-CA.',
  },
  takenOff: {
    en: 'The channel of {id} was taken off its post. Add it to the post again: it gets a new publication.',
    fr: 'Le canal de {id} a été retiré de son post. Ajoutez-le de nouveau au post : il aura une nouvelle publication.',
  },
  postGone: {
    en: 'The post of {id} was deleted: nothing more of it is sent.',
    fr: 'Le post de {id} a été supprimé : plus rien n’en sera envoyé.',
  },
  isDraft: { en: 'it is a draft', fr: 'c’est un brouillon' },
  isInReview: { en: 'it is in review', fr: 'elle est en relecture' },
  isApproved: { en: 'it is approved and not scheduled', fr: 'elle est approuvée et pas encore programmée' },
  isScheduled: { en: 'it is scheduled', fr: 'elle est programmée' },
  isWaiting: { en: 'it is waiting', fr: 'elle est en attente' },
  isSending: { en: 'it is being sent right now', fr: 'elle est en cours d’envoi' },
  isHandedOver: {
    en: 'somebody has it to publish; give it a new date first, or cancel it',
    fr: 'elle a été confiée à quelqu’un ; donnez-lui d’abord une nouvelle date, ou annulez-la',
  },
  isProcessing: {
    en: 'the network accepted it and is processing it; delete it once it is live',
    fr: 'le réseau l’a acceptée et la traite ; supprimez-la une fois en ligne',
  },
  isPublished: { en: 'it is already live', fr: 'elle est déjà en ligne' },
  isPartial: { en: 'a part of it is already live', fr: 'une partie est déjà en ligne' },
  isUnconfirmed: {
    en: 'nobody can tell yet whether it is live; settle that first (POST …/resolve)',
    fr: 'on ne sait pas encore si elle est en ligne ; réglez d’abord ce point (POST …/resolve)',
  },
  isDeleting: { en: 'it is being removed', fr: 'sa suppression est en cours' },
  isDeleted: { en: 'it was removed', fr: 'elle a été supprimée' },
  isCancelled: { en: 'it was cancelled', fr: 'elle a été annulée' },
  isRejected: { en: 'the network refused it', fr: 'le réseau l’a refusée' },
  isFailed: { en: 'it failed', fr: 'elle a échoué' },
  isMissed: { en: 'its date has passed', fr: 'sa date est passée' },
  toBeDone: { en: 'be marked as published by hand', fr: 'être marquée comme publiée à la main' },
  toBeUndone: { en: 'be marked as not published', fr: 'être marquée comme non publiée' },
  toBeCancelled: { en: 'be cancelled', fr: 'être annulée' },
  toBeEdited: { en: 'be edited', fr: 'être modifiée' },
  toLeaveByApi: { en: 'be sent by the API now', fr: 'être envoyée par l’API maintenant' },
  toBeRemoved: { en: 'be removed from the network', fr: 'être retirée du réseau' },
  toBeScheduled: { en: 'be given a new date', fr: 'recevoir une nouvelle date' },
  toBeChanged: { en: 'be changed in this way', fr: 'être modifiée de cette façon' },
  toBecomeDraft: { en: 'go back to a draft', fr: 'redevenir un brouillon' },
  toBeTakenOff: { en: 'be taken off its post', fr: 'être retirée de son post' },
  toBeRetried: { en: 'be retried', fr: 'être relancée' },
  toBeResolved: {
    en: 'be resolved, because it is not unconfirmed',
    fr: 'être tranchée, car elle n’est pas à vérifier',
  },
})
