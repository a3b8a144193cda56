import { defineTexts } from '../../i18n/index.ts'

export const snapchatTexts = defineTexts('snapchat', {
  notListed: {
    en: 'Snapchat does not allow it: {words}. Its Public Profile API answers only apps that Snap has put on its list; ask your contact at Snap.',
    fr: 'Snapchat ne le permet pas : {words}. Son API Public Profile ne répond qu’aux applications que Snap a mises sur sa liste ; demandez à votre contact chez Snap.',
  },
  stillProcessing: {
    en: 'Snapchat is still processing the file: {words}.',
    fr: 'Snapchat traite encore le fichier : {words}.',
  },
  fileGone: {
    en: 'Snapchat no longer has the file: {words}. It is sent again.',
    fr: 'Snapchat n’a plus le fichier : {words}. Il est renvoyé.',
  },
  posting: { en: 'Snapchat is already posting this file: {words}.', fr: 'Snapchat publie déjà ce fichier : {words}.' },
  notThereYet: { en: 'The file is not with Snapchat yet.', fr: 'Le fichier n’est pas encore chez Snapchat.' },
  processedTooLong: {
    en: 'Snapchat has processed this file for an hour without an end. Export it again (H.264, AAC) and retry.',
    fr: 'Snapchat traite ce fichier depuis une heure sans aboutir. Exportez-le de nouveau (H.264, AAC) et relancez.',
  },
  savedTitle: {
    en: 'A saved story stands on the profile under its title: give it one.',
    fr: 'Une story enregistrée figure sur le profil sous son titre : donnez-lui-en un.',
  },
  needsFile: { en: 'Snapchat posts a file: there is none.', fr: 'Snapchat publie un fichier : il n’y en a pas.' },
  badLocale: { en: 'Write it like fr_FR.', fr: 'Écrivez-le sous la forme fr_FR.' },
})
