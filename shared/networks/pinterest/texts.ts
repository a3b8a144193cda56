import { defineTexts } from '../../i18n/index.ts'

export const pinterestTexts = defineTexts('pinterest', {
  needsBoard: {
    en: 'A pin goes on a board: name one here, or choose one in the channel’s settings.',
    fr: 'Une épingle va sur un tableau : indiquez-en un ici, ou choisissez-en un dans les réglages du canal.',
  },
  videoUnreadable: {
    en: 'Pinterest could not read this video. Export it as MP4 (H.264) and try again.',
    fr: 'Pinterest n’a pas pu lire cette vidéo. Exportez-la en MP4 (H.264) et réessayez.',
  },
})
