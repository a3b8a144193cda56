import { defineTexts } from '../../i18n/index.ts'

export const instagramStoryTexts = defineTexts('instagram_story', {
  noAlt: {
    en: 'Instagram takes no alt text for a story: it is not sent. Describe the picture in the picture itself, or post it as a photo.',
    fr: 'Instagram n’accepte pas de texte alternatif pour une story : il n’est pas envoyé. Décrivez l’image dans l’image elle-même, ou publiez-la comme photo.',
  },
})
