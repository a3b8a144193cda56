import { GhostSimulator } from '../simulators/ghost.ts'
import { conformance } from './kit.ts'
import { content, image, newText } from './session.ts'

const article = (text: string, media = [image()].slice(1), more = {}) =>
  content([text], { options: { title: 'Le pain au levain, l’été', ...more } }, media)

await conformance({
  network: 'ghost',
  simulator: () => new GhostSimulator(),
  plain: (text) => article(text),
  shapes: [
    { name: 'an article', make: () => article(newText()) },
    { name: 'an article with a featured image', make: () => article(newText(), [image()]) },
    {
      name: 'an article with several images',
      make: () => article(newText(), [image({ alt: 'Un' }), image({ alt: '« Deux »' })]),
    },
    { name: 'an image alone', make: () => article('', [image()]) },
    {
      name: 'an article with tags and all that search engines ask for',
      make: () =>
        article(newText(), [], {
          categories: ['Pains'],
          tags: ['levain', 'été'],
          slug: 'le-pain-au-levain',
          excerpt: 'Tout sur le levain',
          seoTitle: 'Levain',
          seoDescription: 'Le levain, comment ?',
        }),
    },
  ],
  comesIn: [],
  counting: [
    { name: 'an emoji by its code points', content: article('👩‍🍳'), length: 3 },
    { name: 'French typography as it is', content: article('Déjà l’été\u202f?'), length: 12 },
  ],
})
