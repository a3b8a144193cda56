import { WordPressSimulator } from '../simulators/wordpress.ts'
import { conformance } from './kit.ts'
import { content, image, newText, video } from './session.ts'

const options = { title: 'Le pain au levain, l’été' }
const article = (text: string, media = [image()].slice(1), more = {}) =>
  content([text], { options: { ...options, ...more } }, media)

await conformance({
  network: 'wordpress',
  simulator: () => new WordPressSimulator(),
  plain: (text) => article(text),
  shapes: [
    { name: 'an article', make: () => article(newText()) },
    { name: 'an article with a featured image', make: () => article(newText(), [image()]) },
    {
      name: 'an article with several images',
      make: () => article(newText(), [image({ alt: 'Un' }), image({ alt: '« Deux »' })]),
    },
    { name: 'an article with a video', make: () => article(newText(), [image(), video()]) },
    { name: 'an image alone', make: () => article('', [image()]) },
    {
      name: 'an article with categories, tags and all that search engines ask for',
      make: () =>
        article(newText(), [], {
          categories: ['Pains & Cie'],
          tags: ['levain', 'été'],
          slug: 'le-pain-au-levain',
          excerpt: 'Tout sur le levain',
          seoDescription: 'Le levain, comment ?',
        }),
    },
  ],
  comesIn: ['comment'],
  answersInApp: ['comment'],
  counting: [
    { name: 'an emoji by its code points', content: article('👩‍🍳'), length: 3 },
    { name: 'French typography as it is', content: article('Déjà l’été\u202f?'), length: 12 },
  ],
})
