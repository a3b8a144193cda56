import { defineTexts } from '../../i18n/index.ts'

export const discourseTexts = defineTexts('discourse', {
  placeUnknown: {
    en: 'Discourse did not say where this was written: do it in the forum.',
    fr: 'Discourse n’a pas indiqué où ce message a été écrit : répondez dans le forum.',
  },
  needsTitle: { en: 'A topic on Discourse needs a title.', fr: 'Un sujet sur Discourse doit avoir un titre.' },
  shortTitle: {
    en: 'Most forums want a title of {min} characters; this one has {length}.',
    fr: 'La plupart des forums demandent un titre de {min} caractères ; celui-ci en compte {length}.',
  },
  shortTopic: {
    en: 'Most forums want {min} characters in a topic; this one has {length}.',
    fr: 'La plupart des forums demandent {min} caractères par sujet ; celui-ci en compte {length}.',
  },
  badUsername: { en: 'This is not a Discourse username.', fr: 'Ce n’est pas un nom d’utilisateur Discourse.' },
})
