import { defineTexts } from '../i18n/index.ts'

export const mediaTexts = defineTexts('media', {
  notSmallEnough: {
    en: 'The picture {filename} cannot be made small enough: {max:bytes} at most.',
    fr: 'L’image {filename} ne peut pas être assez réduite : {max:bytes} au plus.',
  },
  unreadablePicture: {
    en: 'The picture {filename} is damaged or of a type that cannot be read. Export it again.',
    fr: 'L’image {filename} est endommagée ou d’un type illisible. Exportez-la de nouveau.',
  },
  fileGone: {
    en: 'The file of {filename} no longer exists. Choose another one and try again.',
    fr: 'Le fichier de {filename} n’existe plus. Choisissez-en un autre et réessayez.',
  },
  noSize: { en: 'Its size is not known.', fr: 'Ses dimensions sont inconnues.' },
  animated: {
    en: 'It is animated: cropped or converted, it would become a still picture.',
    fr: 'Elle est animée : recadrée ou convertie, elle deviendrait fixe.',
  },
  shownStill: {
    en: 'It is animated, and this network would show it as a still picture.',
    fr: 'Elle est animée, et ce réseau l’afficherait fixe.',
  },
  tooManyPixels: {
    en: 'It has more than {millions} million pixels.',
    fr: 'Elle compte plus de {millions} millions de pixels.',
  },
  noneOf: { en: 'It is none of these types: {types}.', fr: 'Elle n’est d’aucun de ces types : {types}.' },
  tooSmall: {
    en: '{minWidth} × {minHeight} pixels are needed; enlarged from {width} × {height}, it would be blurred.',
    fr: 'Il faut {minWidth} × {minHeight} pixels ; agrandie depuis {width} × {height}, elle serait floue.',
  },
  noAllowedSize: {
    en: 'No size of the proportions {width} × {height} lies between the smallest and the largest allowed.',
    fr: 'Aucune taille de proportions {width} × {height} n’est entre le minimum et le maximum permis.',
  },
  cropped: { en: 'cropped from {from} to {to}', fr: 'recadrée de {from} à {to}' },
  resized: {
    en: 'made {way?larger=larger|smaller}, from {width} × {height} to {width2} × {height2}',
    fr: '{way?larger=agrandie|réduite} de {width} × {height} à {width2} × {height2}',
  },
  converted: { en: 'converted from {from} to {to}', fr: 'convertie de {from} en {to}' },
  compressed: {
    en: 'compressed from {from:bytes} to {max:bytes} at most',
    fr: 'compressée de {from:bytes} à {max:bytes} au plus',
  },
  cannotLeave: { en: '{filename} cannot be sent. {cannot}', fr: '{filename} ne peut pas être envoyé. {cannot}' },
  unsupported: {
    en: 'The file is of none of the types that Parvis takes: {types}.',
    fr: 'Le fichier n’est d’aucun des types acceptés par Parvis : {types}.',
  },
  unreadable: {
    en: 'The file is damaged or incomplete: its size cannot be read. Export it again.',
    fr: 'Le fichier est endommagé ou incomplet : ses dimensions sont illisibles. Exportez-le de nouveau.',
  },
  tooLarge: {
    en: 'A {mime} file may have {max:bytes} at most.',
    fr: 'Un fichier {mime} peut avoir {max:bytes} au plus.',
  },
  notUploaded: {
    en: 'Nothing was uploaded yet. PUT the file to the address in `upload.url`, then call complete.',
    fr: 'Rien n’a encore été téléversé. Envoyez le fichier par PUT à l’adresse `upload.url`, puis appelez complete.',
  },
  sizeMismatch: {
    en: '{announced} bytes were announced, {uploaded} were uploaded.',
    fr: '{announced} octets étaient annoncés, {uploaded} ont été téléversés.',
  },
  typeMismatch: {
    en: '{announced} was announced, but the file is {found}.',
    fr: '{announced} était annoncé, mais le fichier est de type {found}.',
  },
  inUse: {
    en: 'The publication {publication} still needs it. Remove it from the post first.',
    fr: 'La publication {publication} en a encore besoin. Retirez-le d’abord du post.',
  },
  beingSent: {
    en: 'The publication {publication} is being sent with it right now: it is too late to correct it there. Try again in a minute; later posts get the correction.',
    fr: 'La publication {publication} est en train de partir avec ce média : il est trop tard pour l’y corriger. Réessayez dans une minute ; les publications suivantes auront la correction.',
  },
})
