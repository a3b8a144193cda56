import { defineTexts } from '../../i18n/index.ts'

export const rulesTexts = defineTexts('rules', {
  noOption: { en: 'This network has no option “{key}”.', fr: 'Ce réseau n’a pas d’option « {key} ».' },
  oneThread: {
    en: '{network} has no threads: write one part.',
    fr: '{network} n’a pas de fils : écrivez une seule partie.',
  },
  textTooLong: {
    en: '{network} takes {max} {unit?graphemes=characters|weighted characters=weighted characters|bytes=bytes|characters}; this text has {length}.',
    fr: '{network} accepte {max} {unit?graphemes=caractères|weighted characters=caractères pondérés|bytes=octets|caractères} ; ce texte en compte {length}.',
  },
  noMedia: { en: '{network} takes no media here.', fr: '{network} n’accepte aucun média ici.' },
  tooManyMedia: {
    en: '{network} takes {max} media at most here; there are {count}.',
    fr: '{network} accepte {max} {max|média|médias} au plus ici ; il y en a {count}.',
  },
  noKind: {
    en: '{network} takes {kind?image=no image|video=no video|no such file} here.',
    fr: '{network} n’accepte {kind?image=aucune image|video=aucune vidéo|aucun fichier de ce type} ici.',
  },
  wrongType: {
    en: '{network} does not take {mime} here. It takes {mimes}.',
    fr: '{network} n’accepte pas {mime} ici. Formats acceptés : {mimes}.',
  },
  stillAnimation: {
    en: '{network} would show this animation as a still picture. Use a video, or a picture that does not move.',
    fr: '{network} afficherait cette animation comme une image fixe. Utilisez une vidéo, ou une image fixe.',
  },
  tooFewMedia: {
    en: '{network} needs {min} {min|medium|media} here at least; there are {count}.',
    fr: '{network} demande {min} {min|média|médias} au moins ici ; il y en a {count}.',
  },
  altTooLong: {
    en: '{network} takes a description of {max} characters; this one has {length}.',
    fr: '{network} accepte une description de {max} caractères ; celle-ci en compte {length}.',
  },
  fileTooLarge: {
    en: '{network} takes {max:bytes}; this file has {bytes:bytes}.',
    fr: '{network} accepte {max:bytes} ; ce fichier pèse {bytes:bytes}.',
  },
  tooSmall: {
    en: '{network} wants at least {width} × {height} pixels; this is {size}.',
    fr: '{network} demande au moins {width} × {height} pixels ; ici {size}.',
  },
  wrongSize: { en: '{network} does not take a picture of {size}.', fr: '{network} n’accepte pas une image de {size}.' },
  wrongRatio: {
    en: '{network} takes proportions from {min} to {max} (width by height); this is {ratio}.',
    fr: '{network} accepte des proportions de {min} à {max} (largeur sur hauteur) ; ici {ratio}.',
  },
  videoTooShort: {
    en: '{network} takes videos of {min} s at least; this one has {seconds} s.',
    fr: '{network} accepte des vidéos de {min} s au moins ; celle-ci dure {seconds} s.',
  },
  videoTooLong: {
    en: '{network} takes videos of {max} s at most; this one has {seconds} s.',
    fr: '{network} accepte des vidéos de {max} s au plus ; celle-ci dure {seconds} s.',
  },
})
