import { defineTexts } from '../i18n/index.ts'

export const inboxTexts = defineTexts('inbox', {
  textNeeded: { en: 'An answer needs a text.', fr: 'Une réponse doit avoir un texte.' },
  onlyAnswerText: {
    en: 'Only an answer has a text: “{action}” has none.',
    fr: 'Seule une réponse porte un texte : « {action} » n’en a pas.',
  },
  onlyAnswerTemplate: { en: 'Only an answer has a template.', fr: 'Seule une réponse porte un modèle.' },
  onlyByHandUrl: {
    en: 'Only an answer given by hand has an address.',
    fr: 'Seule une réponse faite à la main porte une adresse.',
  },
  lookFirst: {
    en: 'Check on the network whether it is there before you do it again: nobody can tell from here.',
    fr: 'Vérifiez sur le réseau si elle y est avant de recommencer : il est impossible de le savoir d’ici.',
  },
  interrupted: { en: 'It was interrupted while it was being sent. {advice}', fr: 'L’envoi a été interrompu. {advice}' },
  mentionDeleted: {
    en: 'It was deleted on the network: there is nothing left to answer or moderate.',
    fr: 'Elle a été supprimée sur le réseau : il n’y a plus rien à quoi répondre ni à modérer.',
  },
  notedByHand: {
    en: 'It was noted by hand: the network knows nothing of it. Act where it was said, then note it with "byHand": true.',
    fr: 'Elle a été notée à la main : le réseau n’en sait rien. Faites-le là où elle a été dite, puis notez-le avec "byHand": true.',
  },
  ownEntry: {
    en: 'The channel itself wrote this, in the app of its network: answer what it answers.',
    fr: 'Le canal l’a écrit lui-même, dans l’application de son réseau : répondez au message auquel il répond.',
  },
  noAction: {
    en: '{network} lets no tool answer or moderate. Do it there, then note it with "byHand": true.',
    fr: '{network} ne laisse aucun outil répondre ni modérer. Faites-le sur place, puis notez-le avec "byHand": true.',
  },
  otherActions: {
    en: '{network} does not let a tool “{action}”, only: {actions}. Do it there, then note it with "byHand": true.',
    fr: '{network} ne permet pas « {action} » à un outil, mais : {actions}. Faites-le sur place, puis notez-le avec "byHand": true.',
  },
  channelGone: {
    en: 'Its channel was disconnected: nothing can be sent any more.',
    fr: 'Son canal a été déconnecté : plus rien ne peut être envoyé.',
  },
  answerLost: { en: 'The network’s answer was lost ({why}).', fr: 'La réponse du réseau s’est perdue ({why}).' },
  notReached: { en: 'The network could not be reached: {why}', fr: 'Le réseau n’a pas pu être joint : {why}' },
  channelPaused: {
    en: '{name} is paused: nothing is published on it. Resume it to answer; moderation still works.',
    fr: '{name} est en pause : rien n’y est publié. Réactivez le canal pour répondre ; la modération reste possible.',
  },
  noWebhooks: { en: '{network} has no webhooks.', fr: '{network} n’envoie pas de webhooks.' },
  noBody: {
    en: 'The delivery has no body, or it no longer exists.',
    fr: 'La livraison n’a pas de corps, ou il n’existe plus.',
  },
  accessWithdrawn: {
    en: 'The network says that the access was withdrawn. Connect the channel again.',
    fr: 'Le réseau indique que l’accès a été retiré. Reconnectez le canal.',
  },
  deliveryMethods: {
    en: 'Networks call this address with GET (handshake) and POST (deliveries).',
    fr: 'Les réseaux appellent cette adresse par GET (vérification) et POST (livraisons).',
  },
  noHandshake: { en: 'This is not a handshake of this network.', fr: 'Ce n’est pas une vérification de ce réseau.' },
  badSignature: {
    en: 'The signature is missing or does not match the body. Nothing was accepted.',
    fr: 'La signature manque ou ne correspond pas au corps. Rien n’a été pris en compte.',
  },
  deliveryTooLarge: {
    en: 'A delivery may have {max:bytes} at most. Nothing was accepted.',
    fr: 'Une livraison peut avoir {max:bytes} au plus. Rien n’a été pris en compte.',
  },
  unknownWebhook: {
    en: 'No known network delivers to this address.',
    fr: 'Aucun réseau connu ne livre à cette adresse.',
  },
  appMissing: {
    en: 'This deployment has no app of “{network}” yet: its secret is not configured.',
    fr: 'Ce déploiement n’a pas encore d’application « {network} » : son secret n’est pas configuré.',
  },
  busy: {
    en: 'Others are writing this mention; try again in a moment.',
    fr: 'D’autres écritures touchent cette mention ; réessayez dans un instant.',
  },
  unknown: { en: '{why} {advice}', fr: '{why} {advice}' },
  templateLanguage: {
    en: 'A language as the network names it, such as fr or en_US.',
    fr: 'Une langue telle que le réseau la nomme, par exemple fr ou en_US.',
  },
  empty: { en: 'The text is empty: write something.', fr: 'Le texte est vide : écrivez quelque chose.' },
})
