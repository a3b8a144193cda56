import { defineTexts } from '../../i18n/index.ts'

export const whatsappTexts = defineTexts('whatsapp', {
  authorUnknown: {
    en: 'WhatsApp did not say who wrote this: it cannot be answered from here.',
    fr: 'WhatsApp n’a pas indiqué qui a écrit ce message : impossible d’y répondre d’ici.',
  },
  window: {
    en: 'WhatsApp takes a free answer within 24 hours of the person’s last message; it is {hours} hours old. Send an approved template (`template`), or wait until they write again.',
    fr: 'WhatsApp accepte une réponse libre dans les 24 heures qui suivent le dernier message de la personne ; il date de {hours} {hours|heure|heures}. Envoyez un modèle approuvé (`template`), ou attendez qu’elle écrive de nouveau.',
  },
  onlyTemplates: {
    en: 'WhatsApp takes only templates now: more than 24 hours have passed since the person wrote: {words}.',
    fr: 'WhatsApp n’accepte plus que des modèles : plus de 24 heures ont passé depuis le message de la personne : {words}.',
  },
  unreachablePerson: {
    en: 'WhatsApp cannot reach this person: {words}.',
    fr: 'WhatsApp ne peut pas joindre cette personne : {words}.',
  },
  nothingPublishedLong: {
    en: 'Nothing is published on WhatsApp: its API has no posts. People write there, and are answered.',
    fr: 'Rien ne se publie sur WhatsApp : son API n’a pas de publications. Les personnes y écrivent et reçoivent des réponses.',
  },
  nothingPublished: {
    en: 'Nothing is published on WhatsApp: its API has no posts.',
    fr: 'Rien ne se publie sur WhatsApp : son API n’a pas de publications.',
  },
  badId: {
    en: 'This id is a number: App Dashboard → WhatsApp → API Setup shows it.',
    fr: 'Cet identifiant est un nombre : App Dashboard → WhatsApp → API Setup l’affiche.',
  },
})
