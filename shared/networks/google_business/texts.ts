import { defineTexts } from '../../i18n/index.ts'

export const googleBusinessTexts = defineTexts('google_business', {
  replyTooLong: {
    en: 'Google takes answers of {max} bytes; this one has {length}.',
    fr: 'Google accepte des réponses de {max} octets ; celle-ci en compte {length}.',
  },
  reviewGone: { en: 'This review is no longer on Google.', fr: 'Cet avis n’est plus sur Google.' },
  takenDown: {
    en: 'Google took the post down before it was shown.',
    fr: 'Google a retiré la publication avant de l’afficher.',
  },
  rejected: {
    en: 'Google reviewed the post and rejected it (“REJECTED”), without a reason. It mostly rejects telephone numbers, text in capitals, prices of alcohol or tobacco, and pictures with much text.',
    fr: 'Google a examiné la publication et l’a rejetée (« REJECTED »), sans donner de raison. Il rejette surtout les numéros de téléphone, les textes en capitales, les prix d’alcool ou de tabac et les images chargées de texte.',
  },
  phoneInText: {
    en: 'Google refuses posts with a telephone number in the text. Use the button “call” instead.',
    fr: 'Google refuse les publications dont le texte contient un numéro de téléphone. Utilisez plutôt le bouton « call ».',
  },
  needsTitle: {
    en: '{kind?event=An event|offer=An offer|A post of this kind} on Google needs a title.',
    fr: '{kind?event=Un événement|offer=Une offre|Une publication de ce type} sur Google doit avoir un titre.',
  },
  needsStart: {
    en: 'Say when the {kind} starts.',
    fr: 'Indiquez quand {kind?event=l’événement|offer=l’offre|cela} commence.',
  },
  needsEnd: {
    en: 'Say when the {kind} ends.',
    fr: 'Indiquez quand {kind?event=l’événement|offer=l’offre|cela} se termine.',
  },
  endsBefore: { en: 'It ends before it starts.', fr: 'La fin précède le début.' },
  onlyEventTitle: {
    en: 'Only an event or an offer has a title and times: say which in options.kind.',
    fr: 'Seuls un événement ou une offre ont un titre et des horaires : précisez-le dans options.kind.',
  },
  onlyOfferCoupon: {
    en: 'Only an offer has a coupon and terms: say so in options.kind.',
    fr: 'Seule une offre a un code et des conditions : précisez-le dans options.kind.',
  },
  needsLink: { en: 'Say where the post leads to.', fr: 'Indiquez vers quelle page mène la publication.' },
  offerButton: {
    en: 'Google shows no button of yours under an offer; its link is “redeem online”.',
    fr: 'Google n’affiche pas de bouton personnalisé sous une offre ; son lien est « utiliser en ligne ».',
  },
  buttonLink: { en: 'The button “{button}” needs a link.', fr: 'Le bouton « {button} » a besoin d’un lien.' },
  callLink: {
    en: 'The button “call” dials the number of the profile; it takes no link.',
    fr: 'Le bouton « call » appelle le numéro de la fiche ; il ne prend pas de lien.',
  },
  badMoment: {
    en: 'Write a day as 2026-12-05, a moment as 2026-12-05T18:30.',
    fr: 'Écrivez un jour sous la forme 2026-12-05, un moment sous la forme 2026-12-05T18:30.',
  },
  noSuchDay: { en: 'There is no such day.', fr: 'Ce jour n’existe pas.' },
  replyRejected: {
    en: 'Google rejected this reply under its content policy: it is not shown. Write another one.',
    fr: 'Google a rejeté cette réponse en application de ses règles de contenu : elle n’est pas affichée. Rédigez-en une autre.',
  },
})
