import { defineTexts } from '../shared/i18n/index.ts'

export const apiTexts = defineTexts('api', {
  notComplete: { en: 'The upload is not complete yet.', fr: 'Le téléversement n’est pas terminé.' },
  linkHolder: { en: 'Whoever had the link', fr: 'La personne qui a reçu le lien' },
  noFeed: { en: 'There is no feed {id}.', fr: 'Il n’y a pas de flux {id}.' },
})
