import { defineTexts } from '../i18n/index.ts'

/** Errors, and the reasons of an issue that stops. */
export const newsletterTexts = defineTexts('newsletters', {
  listGone: {
    en: 'The list of this newsletter no longer exists.',
    fr: 'La liste de cette newsletter n’existe plus.',
  },
  sendsNoMail: { en: '{network} does not send newsletters.', fr: '{network} n’envoie pas de newsletters.' },
  addressesDeferred: {
    en: 'Some mailboxes accept nothing for the moment.',
    fr: 'Certaines boîtes aux lettres n’acceptent rien pour le moment.',
  },
  moreToSend: { en: 'There is more to send.', fr: 'L’envoi n’est pas terminé.' },
  nothingForTwoDays: {
    en: 'Nothing could be sent for two days: {why}',
    fr: 'Aucun e-mail n’a pu être envoyé depuis deux jours : {why}',
  },
  serverRefused: { en: 'The mail server refused it.', fr: 'Le serveur d’envoi a refusé la newsletter.' },
  notAnEmailChannel: {
    en: 'A list is sent by a channel of network email. Connect one first, and name it here.',
    fr: 'Une liste est envoyée par un canal du réseau « email ». Connectez-en un d’abord, puis indiquez-le ici.',
  },
  listNotEmpty: {
    en: '{count} {count|person is|people are} on this list. Remove them first: the proof of their consent is kept.',
    fr: 'Cette liste compte {count} {count|abonné|abonnés}. Retirez-les d’abord : la preuve de leur consentement est conservée.',
  },
  notBounced: {
    en: 'Only a bounce can be taken back, and this subscription {state?pending=waits for its confirmation|subscribed=is active|left=was ended by the person|complained=ended with a complaint|inactive=ended without a sign of life|did not bounce}. Others must subscribe and confirm themselves.',
    fr: 'Seul un rejet peut être annulé, et cet abonnement {state?pending=attend sa confirmation|subscribed=est actif|left=a été résilié par la personne|complained=a pris fin sur une plainte|inactive=a pris fin faute d’activité|n’a pas été rejeté}. Sinon, la personne doit se réinscrire et confirmer elle-même.',
  },
  otherAddress: { en: 'This is not the address that bounced.', fr: 'Ce n’est pas l’adresse qui a été rejetée.' },
  typeAddress: { en: 'Type the address that bounced.', fr: 'Saisissez l’adresse qui a été rejetée.' },
})

/** The pages that readers open from their mails. */
export const readerPageTexts = defineTexts('newsletters.page', {
  confirmTitle: { en: 'Confirm your subscription', fr: 'Confirmer l’inscription' },
  confirm: { en: 'Subscribe to “{list}”?', fr: 'Souhaitez-vous vous inscrire à « {list} » ?' },
  confirmButton: { en: 'Yes, subscribe me', fr: 'Oui, m’inscrire' },
  confirmedTitle: { en: 'Subscription confirmed', fr: 'Inscription confirmée' },
  confirmed: {
    en: 'You will receive the next issue of “{list}”.',
    fr: 'Vous recevrez le prochain envoi de « {list} ».',
  },
  leaveTitle: { en: 'Unsubscribe', fr: 'Se désinscrire' },
  leave: { en: 'Do you want to stop receiving “{list}”?', fr: 'Souhaitez-vous ne plus recevoir « {list} » ?' },
  leaveButton: { en: 'Unsubscribe me', fr: 'Me désinscrire' },
  leftTitle: { en: 'You are unsubscribed', fr: 'Désinscription confirmée' },
  left: {
    en: 'You will no longer receive “{list}”. Your address was erased.',
    fr: 'Vous ne recevrez plus « {list} ». Votre adresse a été effacée.',
  },
  untrackedTitle: { en: 'Your choice was saved', fr: 'Votre choix est enregistré' },
  untracked: {
    en: 'We no longer record what you open and click in “{list}”, and what was recorded is erased. You stay subscribed.',
    fr: 'Vos ouvertures et vos clics dans « {list} » ne sont plus enregistrés, et ceux qui l’étaient ont été effacés. Votre inscription reste active.',
  },
  unknownTitle: { en: 'This link is no longer valid', fr: 'Ce lien n’est plus valable' },
  unknown: {
    en: 'It is incomplete or has expired. Use the link in the latest email you received.',
    fr: 'Il est incomplet ou il a expiré. Utilisez celui du dernier e-mail reçu.',
  },
  trackingBox: {
    en: 'I also agree that when I open an email, and which links I click, is recorded with my address. I can withdraw this at any time, at the foot of each email.',
    fr: 'J’accepte aussi que mes ouvertures et mes clics soient enregistrés avec mon adresse. Je peux retirer cet accord à tout moment, au bas de chaque e-mail.',
  },
  trackingWithdraw: {
    en: 'Stay subscribed, but stop recording what I open and click',
    fr: 'Rester dans la liste, mais ne plus enregistrer mes ouvertures ni mes clics',
  },
})

/** The mails themselves. */
export const letterTexts = defineTexts('newsletters.letter', {
  why: {
    en: 'You receive this email because you subscribed to “{list}”.',
    fr: 'Vous recevez cet e-mail à la suite de votre inscription à « {list} ».',
  },
  leave: { en: 'Unsubscribe', fr: 'Se désinscrire' },
  leaveAt: { en: 'Unsubscribe: {url}', fr: 'Se désinscrire : {url}' },
  confirmSubject: {
    en: 'Confirm your subscription to “{list}”',
    fr: 'Confirmez votre inscription à « {list} »',
  },
  asked: {
    en: 'Somebody, probably you, asked to subscribe {email} to “{list}”. The text that was accepted:',
    fr: 'Quelqu’un, sans doute vous, a demandé l’inscription de {email} à « {list} ». Texte accepté :',
  },
  open: { en: 'To confirm, open this page:', fr: 'Pour confirmer, ouvrez cette page :' },
  ignore: {
    en: 'If it was not you, do nothing: you will receive nothing else.',
    fr: 'Si vous n’êtes pas à l’origine de cette demande, ne faites rien : vous ne recevrez rien d’autre.',
  },
})
