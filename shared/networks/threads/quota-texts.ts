import { defineTexts } from '../../i18n/index.ts'

export const quotaTexts = defineTexts('threads_quota', {
  posts: {
    en: 'Threads takes {total} posts in 24 hours, and this profile has made {used}.',
    fr: 'Threads accepte {total} publications en 24 heures, et ce profil en a fait {used}.',
  },
  replies: {
    en: 'Threads takes {total} replies in 24 hours, and this profile has made {used}; this chain needs {further} more, one for each part after the first.',
    fr: 'Threads accepte {total} réponses en 24 heures, et ce profil en a fait {used} ; ce fil en demande {further} de plus, une par partie après la première.',
  },
})
