import { defineTexts } from '../../i18n/index.ts'

export const feedTexts = defineTexts('feed', {
  textTooLong: {
    en: 'A feed takes {max} characters; the text has {length}.',
    fr: 'Un flux accepte {max} caractères ; le texte en compte {length}.',
  },
  tooManyImages: {
    en: 'A feed takes {max} images a post; there are {count}.',
    fr: 'Un flux accepte {max} images par publication ; il y en a {count}.',
  },
  imageType: {
    en: 'A feed takes images that every browser shows, not {mime}.',
    fr: 'Un flux accepte les images que tous les navigateurs affichent, pas {mime}.',
  },
  imageTooLarge: {
    en: 'A feed takes images of {max:bytes}; this one has {bytes:bytes}.',
    fr: 'Un flux accepte des images de {max:bytes} ; celle-ci pèse {bytes:bytes}.',
  },
  altTooLong: {
    en: 'A feed takes a description of {max} characters.',
    fr: 'Un flux accepte une description de {max} caractères.',
  },
  tooManyParts: {
    en: 'A post has at most {max} parts; this one has {count}.',
    fr: 'Une publication compte {max} parties au plus ; celle-ci en compte {count}.',
  },
})
