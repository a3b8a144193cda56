import { defineTexts } from '../../i18n/index.ts'

export const threadsTexts = defineTexts('threads', {
  profileGone: { en: 'Threads no longer knows this profile.', fr: 'Threads ne connaît plus ce profil.' },
  unreadableContainer: {
    en: 'Threads gave an unreadable answer about a container.',
    fr: 'Threads a donné une réponse illisible à propos d’un contenu préparé.',
  },
  postQuota: {
    en: 'Threads takes {total} posts in 24 hours, and this profile has made {used}.',
    fr: 'Threads accepte {total} publications en 24 heures, et ce profil en a fait {used}.',
  },
  replyQuota: {
    en: 'Threads takes {total} replies in 24 hours, and this profile has made {used}; this chain needs {further} more, one for each part after the first.',
    fr: 'Threads accepte {total} réponses en 24 heures, et ce profil en a fait {used} ; ce fil en demande {further} de plus, une par partie après la première.',
  },
  tooManyLinks: {
    en: 'Threads takes {max} different links a post; there are {count}.',
    fr: 'Threads accepte {max} liens différents par publication ; il y en a {count}.',
  },
  fourAnswers: { en: 'Threads takes four answers at most.', fr: 'Threads accepte quatre réponses au plus.' },
  answerTooLong: {
    en: 'Threads takes answers of {max} characters.',
    fr: 'Threads accepte des réponses de {max} caractères.',
  },
  pollDay: {
    en: 'On Threads a poll is open for 24 hours, whatever is asked for.',
    fr: 'Sur Threads, un sondage reste ouvert 24 heures, quelle que soit la durée demandée.',
  },
  mediaRefused: { en: 'Threads could not take this: {words}.', fr: 'Threads n’a pas pu traiter ce contenu : {words}.' },
  linkAlone: {
    en: 'On Threads a link card goes with text alone: leave the media or the link out.',
    fr: 'Sur Threads, une carte de lien n’accompagne qu’un texte : retirez les médias ou le lien.',
  },
  pollAlone: {
    en: 'On Threads a poll goes with text alone: leave the media or the poll out.',
    fr: 'Sur Threads, un sondage n’accompagne qu’un texte : retirez les médias ou le sondage.',
  },
  badTopic: {
    en: 'A topic on Threads has no full stop (.) and no ampersand (&). Write “and”, or leave them out.',
    fr: 'Sur Threads, un sujet ne contient ni point (.) ni esperluette (&). Écrivez « et », ou retirez-les.',
  },
})
