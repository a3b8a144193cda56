/** What the demo's shop says, and what people answer: the week of a French bakery. */

import { type Simulated, simulated } from './networks.ts'

export const shop = 'Boulangerie du Port'

export type Place = Simulated | 'feed'
export const places: readonly Place[] = [...simulated, 'feed']

export interface ShopPost {
  readonly text: string
  readonly on: readonly Place[]
  readonly picture?: boolean
  /** Further parts, on networks that have threads. */
  readonly thread?: readonly string[]
  /** Facebook's rules forbid it: its simulator refuses it, as Facebook does. */
  readonly refused?: boolean
  readonly comments?: readonly string[]
}

const threads = ['bluesky', 'mastodon', 'threads', 'x'] as const
const social = [...threads, 'facebook', 'linkedin', 'telegram', 'discord'] as const
const everywhere = [...social, 'feed'] as const
/** Threads fetches pictures from addresses with https alone: this machine has none. */
const seen = [
  'bluesky',
  'mastodon',
  'x',
  'facebook',
  'linkedin',
  'telegram',
  'discord',
  'instagram',
  'pinterest',
  'tiktok',
] as const

export const pictureAlt =
  'Trois miches de pain de campagne sur une planche, devant la mer, au lever du soleil (image de démonstration).'

/** Leaves within the first minutes, this many seconds after the demo is there. */
export const opening: readonly (ShopPost & { readonly after: number })[] = [
  {
    after: 8,
    text: 'Le four est allumé depuis 3 h, la première fournée sort à l’instant. Bonjour le Port ! 🥖 #boulangerie #matin',
    on: threads,
    comments: ['On sent l’odeur depuis le quai !', 'Bonjour ! Il restera des ficelles vers 10 h ?'],
  },
  {
    after: 15,
    text: 'Ce matin : la miche au levain, farine de blé de pays, 24 h de pousse. Elle vous attend au comptoir.',
    on: ['facebook', 'instagram', 'pinterest', 'tiktok', 'telegram', 'discord'],
    picture: true,
    comments: [
      'Magnifiques ! Vous m’en gardez une ?',
      'C’est quelle farine exactement ?',
      'La meilleure du quartier, sans discussion.',
    ],
  },
  {
    after: 24,
    text: 'Cette semaine, nous ouvrons de 6 h 30 à 19 h 30, du mardi au dimanche. Commandes : https://boulangerie-du-port.example/commandes',
    on: everywhere,
    comments: ['Et le lundi de Pâques ?', 'Merci, c’est noté.'],
  },
  {
    after: 34,
    text: '🎁 Concours : partagez cette publication et identifiez trois amis pour gagner une galette !',
    on: ['facebook'],
    refused: true,
  },
  {
    after: 50,
    text: 'Pourquoi notre baguette coûte 1,30 € ? On vous explique, sans farine aux yeux. 👇 #transparence',
    thread: [
      'Farine de pays : 32 centimes. Énergie : 14 centimes, et elle en valait 8 il y a trois ans.',
      'Le reste, ce sont surtout des mains : deux boulangers, une apprentie, et vous qui passez nous voir. Merci !',
    ],
    on: threads,
    comments: ['Merci de le dire aussi simplement.', 'Et le pain de seigle, vous le détaillez un jour ?'],
  },
  {
    after: 90,
    text: 'Il nous reste huit éclairs au café. Premier arrivé, premier servi. ☕',
    on: social,
    comments: ['J’arrive !', 'Vous acceptez d’en réserver deux par message ?'],
  },
]

/** One after the other, while somebody looks and nothing else is about to leave, and at each further start. */
export const oftenSaid: readonly ShopPost[] = [
  {
    text: 'Nouvelle fournée de baguettes de tradition : elles chantent encore. 🎶 #boulangerie',
    on: social,
    comments: ['Le meilleur bruit du monde.', 'Gardez-m’en deux !'],
  },
  {
    text: 'La focaccia du midi est sortie : tomates, olives, romarin du jardin.',
    on: seen,
    picture: true,
    comments: ['Il y en a sans olives ?', 'Vu, j’envoie toute l’équipe.'],
  },
  {
    text: 'Invendus d’hier à moitié prix jusqu’à 10 h. On ne jette rien. ♻️ #antigaspi',
    on: everywhere,
    comments: ['Bravo pour cette idée.', 'Même le dimanche ?'],
  },
  {
    text: 'Inès, notre apprentie, a réussi son CAP avec mention. Toute l’équipe est fière ! 👏',
    on: social,
    comments: ['Bravo Inès !!!', 'Félicitations, bien mérité.'],
  },
  {
    text: 'Pensez à commander vos gâteaux d’anniversaire 48 h à l’avance : https://boulangerie-du-port.example/commandes',
    on: ['facebook', 'feed'],
    comments: ['Vous faites sans gluten ?'],
  },
  {
    text: 'Atelier levain samedi à 15 h : il reste deux places. Tablier fourni, farine sur le nez garantie.',
    on: social,
    comments: ['Inscrite ! Hâte d’y être.', 'À partir de quel âge ?'],
  },
]

/** By weekday, Monday first. `at` is Paris time; `facebookAt`, if Facebook's people are there at another hour. */
export const week: readonly (readonly (ShopPost & { readonly at: string; readonly facebookAt?: string })[])[] = [
  [{ at: '09:00', text: 'Lundi, le four se repose, nous aussi. À demain dès 6 h 30 !', on: social }],
  [
    {
      at: '07:30',
      text: 'Mardi, c’est pain de seigle. Il tient jusqu’à vendredi, s’il n’est pas mangé avant.',
      on: [...seen, 'feed'],
      picture: true,
    },
    {
      at: '12:00',
      facebookAt: '18:00',
      text: 'Formule du midi : sandwich, dessert du jour, café, 9,50 €.',
      on: social,
    },
  ],
  [
    { at: '07:30', text: 'Mercredi des enfants : une chouquette offerte à chaque petit gourmand. 🧁', on: social },
    {
      at: '17:30',
      text: 'Trois idées pour votre pain d’avant-hier. 👇 #antigaspi',
      thread: [
        'Pain perdu : lait, œufs, un peu de cannelle, cinq minutes à la poêle.',
        'Croûtons à l’ail pour la soupe, chapelure pour le gratin. Rien ne se perd.',
      ],
      on: threads,
    },
  ],
  [
    {
      at: '07:30',
      text: 'Jeudi : la fougasse aux olives revient. Quantité limitée, bonne humeur illimitée.',
      on: everywhere,
    },
    { at: '16:00', text: 'Le marché du Port, c’est demain : retrouvez-nous allée B, à côté du fromager.', on: social },
  ],
  [
    {
      at: '06:30',
      text: 'Nous sommes au marché, allée B, jusqu’à 13 h. Le café est chaud. ☕',
      on: seen,
      picture: true,
    },
    {
      at: '18:00',
      facebookAt: '18:30',
      text: 'Week-end en vue : pensez à réserver vos pains spéciaux avant 19 h.',
      on: everywhere,
    },
  ],
  [
    {
      at: '08:00',
      text: 'Samedi brioche ! Nature, aux pralines ou au chocolat. Laquelle pour vous ?',
      on: seen,
      picture: true,
    },
    { at: '14:30', text: 'L’atelier levain commence dans une demi-heure. On vous montre tout ce soir.', on: threads },
  ],
  [
    {
      at: '08:30',
      text: 'Dimanche matin, croissants au beurre de baratte. La file avance vite, promis. 🥐',
      on: [...seen, 'feed'],
      picture: true,
    },
    { at: '12:00', text: 'Merci pour cette belle semaine ! Reposez-vous, on s’occupe du pain de mardi.', on: social },
  ],
]

/** What people write where nothing better fits. */
export const plainComments: readonly string[] = [
  'Merci !',
  'On passe demain matin.',
  'Toujours un plaisir de vous lire.',
  'Ouvert demain ?',
  'Miam.',
]

/** What people say of the shop elsewhere. */
export const mentions: readonly string[] = [
  'Petit-déjeuner parfait grâce à la Boulangerie du Port. Allez-y !',
  'Quelqu’un sait si la Boulangerie du Port livre sur la jetée ?',
  'La file devant la Boulangerie du Port fait déjà le tour de la place. Ça dit tout.',
]

/** What people ask in private. */
export const messages: readonly string[] = [
  'Bonjour, puis-je commander six éclairs pour samedi ?',
  'Bonjour, vous faites du pain sans sel ?',
  'J’ai oublié mon sac à la boutique ce matin, l’avez-vous vu ?',
]

/** What the shop uploads by hand, where it posts films: on the network itself. */
export const film = 'Une nuit au fournil, en deux minutes'

/** What the shop's community manager answers, by the first words of what was said. */
const answers: Readonly<Record<string, string>> = {
  'Bonjour ! Il restera des ficelles': 'Oui, nous en gardons jusqu’à midi. À tout de suite !',
  'C’est quelle farine': 'Une farine de blé de pays, moulue à 20 km d’ici.',
  'Et le lundi de Pâques': 'Fermé ce lundi-là, mais ouvert le dimanche jusqu’à 13 h.',
  'Il y en a sans olives': 'Oui, une fournée sans olives sort à midi.',
  'Vous faites sans gluten': 'Pas encore : tout passe par le même fournil.',
  'À partir de quel âge': 'Dès huit ans, avec un adulte.',
  'Quelqu’un sait si la Boulangerie': 'Oui, le matin jusqu’à la jetée : un message suffit.',
  'Bonjour, puis-je commander six éclairs': 'C’est noté, six éclairs pour samedi. À quel nom ?',
  'Bonjour, vous faites du pain sans sel': 'Oui, le mardi et le vendredi. On vous en garde un ?',
}

/** Undefined for what is left to somebody. */
export const answerTo = (text: string): string | undefined =>
  Object.entries(answers).find(([start]) => text.includes(start))?.[1]

export const names: readonly string[] = [
  'Nadia Benali',
  'Yann Le Goff',
  'Camille Roux',
  'Ousmane Diop',
  'Hélène Fabre',
  'Théo Marchand',
  'Maëlle Prigent',
  'Jules Hoarau',
]

/** Everything that is ever said, by its first words: the network shows a post's text, not which of ours it is. */
const said = [...opening, ...oftenSaid, ...week.flat()]

export const commentsFor = (text: string): readonly string[] => {
  const found = said.find((post) => text.startsWith(post.text.slice(0, 25)))
  return found?.comments ?? plainComments
}
