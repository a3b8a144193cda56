import { defineTexts } from '../../i18n/index.ts'

export const telegramTexts = defineTexts('telegram', {
  asksToWaitSeconds: {
    en: 'Telegram asks to wait {seconds} s: “{words}”.',
    fr: 'Telegram demande d’attendre {seconds} s : « {words} ».',
  },
  cannotPost: {
    en: 'The bot @{bot} may not post in {chat}. Make it an administrator that may post messages.',
    fr: 'Le bot @{bot} ne peut pas publier dans {chat}. Faites-en un administrateur autorisé à publier des messages.',
  },
  pictureTooWide: {
    en: 'Telegram takes pictures whose width and height together are 10,000 pixels at most; this is {width} × {height}.',
    fr: 'Telegram accepte les images dont la largeur et la hauteur totalisent 10 000 pixels au plus ; ici {width} × {height}.',
  },
})
