import { defineTexts } from '../../i18n/index.ts'

export const articlesTexts = defineTexts('articles', {
  slug: {
    en: 'Letters, digits and single hyphens, such as christmas-market.',
    fr: 'Des lettres, des chiffres et des traits d’union simples, par exemple marche-de-noel.',
  },
  needsTitle: { en: 'An article on {network} needs a title.', fr: 'Un article sur {network} doit avoir un titre.' },
  badSite: {
    en: '“{address}” is not the address of a site. Example: blog.example.',
    fr: '« {address} » n’est pas l’adresse d’un site. Exemple : blog.example.',
  },
})
