import { defineTexts } from '../../i18n/index.ts'

export const discordTexts = defineTexts('discord', {
  asksToWaitSeconds: {
    en: 'Discord asks to wait {seconds} s: {words}.',
    fr: 'Discord demande d’attendre {seconds} s : {words}.',
  },
  blockedByServer: {
    en: 'Discord blocked it under the rules of the server: {words}.',
    fr: 'Discord a bloqué ce message en application des règles du serveur : {words}.',
  },
  notAllowedHere: {
    en: 'Discord does not let this bot or webhook do that: {words}. Check its role and the channel’s permissions.',
    fr: 'Discord ne permet pas cette opération à ce bot ou à ce webhook : {words}. Vérifiez son rôle et les permissions du salon.',
  },
  notInServer: {
    en: 'This channel belongs to no server: give a channel of one.',
    fr: 'Ce salon n’appartient à aucun serveur : indiquez le salon d’un serveur.',
  },
  webhookOnlyWrites: {
    en: 'A Discord webhook can only write: connect the channel with a bot to answer.',
    fr: 'Un webhook Discord ne peut qu’écrire : connectez le canal avec un bot pour répondre.',
  },
  webhookCannotRead: {
    en: 'A Discord webhook cannot read its channel.',
    fr: 'Un webhook Discord ne peut pas lire son salon.',
  },
  tooMuchSinceHere: {
    en: 'Too much was written in the channel since then to look through.',
    fr: 'Trop de messages ont été écrits dans le salon depuis pour les parcourir.',
  },
  emptyHere: {
    en: 'Write something, or add a file, a card or a poll.',
    fr: 'Écrivez un texte, ou ajoutez un fichier, une carte ou un sondage.',
  },
  forumTitle: {
    en: 'This channel is a forum: every post in it has a title.',
    fr: 'Ce salon est un forum : chaque publication doit y avoir un titre.',
  },
  tenAnswers: { en: 'Discord takes ten answers at most.', fr: 'Discord accepte dix réponses au plus.' },
  pollHours: {
    en: 'On Discord a poll is open for {max} hours at most.',
    fr: 'Sur Discord, un sondage reste ouvert {max} heures au plus.',
  },
  badId: {
    en: 'An id of Discord is a long number: switch on developer mode, then “Copy ID”.',
    fr: 'Un identifiant Discord est un long nombre : activez le mode développeur, puis « Copier l’identifiant ».',
  },
  badWebhook: {
    en: 'This is not the address of a Discord webhook.',
    fr: 'Ce n’est pas l’adresse d’un webhook Discord.',
  },
})
