import { defineTexts } from '../../i18n/index.ts'

export const handoverTexts = defineTexts('handover', {
  byHandOnly: {
    en: 'No tool may publish here: it is handed over to a person.',
    fr: 'Aucun outil ne peut publier ici : la publication est confiée à quelqu’un.',
  },
})
