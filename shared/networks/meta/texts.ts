import { defineTexts } from '../../i18n/index.ts'

export const metaTexts = defineTexts('meta', {
  windowClosed: {
    en: '{network} accepts no answer any more: too long has passed since the person wrote: {words}.',
    fr: '{network} n’accepte plus de réponse : trop de temps a passé depuis le message de la personne : {words}.',
  },
  privateReplyGiven: {
    en: 'This comment has its private reply already: {words}.',
    fr: 'Ce commentaire a déjà reçu sa réponse privée : {words}.',
  },
  accessNotAllowed: {
    en: '{network} does not allow this access to do that: {words}.',
    fr: '{network} ne permet pas cette opération à cet accès : {words}.',
  },
  tooManyPages: {
    en: 'This person manages more Pages than Parvis reads (1000).',
    fr: 'Cette personne gère plus de Pages que Parvis n’en lit (1000).',
  },
  privateWindow: {
    en: '{network} takes a private reply within 7 days of the comment; this one is {days} days old. Answer in public.',
    fr: '{network} accepte une réponse privée dans les 7 jours qui suivent le commentaire ; celui-ci a {days} {days|jour|jours}. Répondez en public.',
  },
  messageWindow: {
    en: '{network} takes an answer within 24 hours of the person’s last message; it is {hours} hours old. Wait until they write again, or ask Meta for the Human Agent feature (7 days) and set humanAgent in the app’s document.',
    fr: '{network} accepte une réponse dans les 24 heures qui suivent le dernier message de la personne ; il date de {hours} {hours|heure|heures}. Attendez qu’elle écrive de nouveau, ou demandez à Meta la fonction Human Agent (7 jours) et activez humanAgent dans le document de l’application.',
  },
  agentWindow: {
    en: '{network} takes an answer of a human agent within 7 days of the person’s last message; it is {days} days old. Wait until they write again.',
    fr: '{network} accepte la réponse d’un agent dans les 7 jours qui suivent le dernier message de la personne ; il date de {days} {days|jour|jours}. Attendez qu’elle écrive de nouveau.',
  },
  otherDelivery: {
    en: 'This is not a delivery of Meta about “{object}”.',
    fr: 'Ce n’est pas une livraison de Meta à propos de « {object} ».',
  },
})
