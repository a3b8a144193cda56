import { defineTexts } from '../../i18n/index.ts'

export const topicTexts = defineTexts('threads_topic', {
  refused: {
    en: 'A topic on Threads has no full stop (.) and no ampersand (&). Write “and”, or leave them out.',
    fr: 'Sur Threads, un sujet ne contient ni point (.) ni esperluette (&). Écrivez « et », ou retirez-les.',
  },
})
