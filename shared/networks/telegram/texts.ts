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
  placeUnknown: {
    en: 'Telegram did not say where this was written: this has to be done in Telegram itself.',
    fr: 'Telegram n’a pas indiqué où ce message a été écrit : faites-le dans Telegram.',
  },
  authorUnknown: {
    en: 'Telegram did not say who wrote this: this has to be done in Telegram itself.',
    fr: 'Telegram n’a pas indiqué qui a écrit ce message : faites-le dans Telegram.',
  },
  badToken: {
    en: 'A bot token looks like 123456:ABC-DEF…; @BotFather gives it.',
    fr: 'Un jeton de bot ressemble à 123456:ABC-DEF… ; @BotFather le fournit.',
  },
  badChat: { en: 'Give the channel’s @name or its number.', fr: 'Indiquez le @nom du canal ou son numéro.' },
})
