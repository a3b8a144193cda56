import { defineTexts } from '../i18n/index.ts'

export const measuringTexts = defineTexts('measuring', {
  countersBusy: {
    en: 'Others are writing these counters; try again in a moment.',
    fr: 'D’autres écritures touchent ces compteurs ; réessayez dans un instant.',
  },
  measuredByNetwork: {
    en: '{network} reports the figures of this publication itself. They are entered by hand where a network reports none, or where a person published it.',
    fr: '{network} communique lui-même les chiffres de cette publication. Ils se saisissent à la main là où un réseau n’en donne pas, ou quand quelqu’un a publié lui-même.',
  },
  notLive: {
    en: 'It is not live: there is nothing to count.',
    fr: 'Elle n’est pas en ligne : il n’y a rien à compter.',
  },
  fromAfterTo: { en: '`from` is after `to`.', fr: '`from` est postérieur à `to`.' },
  tooManyDays: { en: 'At most {max} days at once.', fr: '{max} jours au plus à la fois.' },
  notBefore: { en: 'Not before {day}.', fr: 'Pas avant le {day}.' },
  notAfter: { en: 'Not after {day}.', fr: 'Pas après le {day}.' },
  oneCounter: {
    en: 'Give at least one counter, such as likes.',
    fr: 'Indiquez au moins un compteur, par exemple likes.',
  },
})
