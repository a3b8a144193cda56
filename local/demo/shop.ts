/** What the demo's shop says: the week of a French bakery. */

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
export const social = [...threads, 'facebook', 'linkedin', 'telegram', 'discord'] as const
export const everywhere = [...social, 'feed'] as const
/** Threads fetches pictures from addresses with https alone: this machine has none. */
export const seen = [
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

/**
 * By weekday, Monday first. `at` is Paris time; `facebookAt`, if Facebook's people are there at another hour. `{jour}` is
 * the day's date: networks refuse last week's text.
 */
export const week: readonly (readonly (ShopPost & { readonly at: string; readonly facebookAt?: string })[])[] = [
  [{ at: '09:00', text: 'Ce {jour}, le four se repose, nous aussi. À demain dès 6 h 30 !', on: social }],
  [
    {
      at: '07:30',
      text: 'Ce {jour}, c’est pain de seigle. Il tient jusqu’à vendredi, s’il n’est pas mangé avant.',
      on: [...seen, 'feed'],
      picture: true,
    },
    {
      at: '12:00',
      facebookAt: '18:00',
      text: 'Formule de ce {jour} : sandwich, dessert du jour, café, 9,50 €.',
      on: social,
    },
  ],
  [
    {
      at: '07:30',
      text: '{jour}, c’est le jour des enfants : une chouquette offerte à chaque petit gourmand. 🧁',
      on: social,
    },
    {
      at: '17:30',
      text: 'Trois idées, ce {jour}, pour votre pain d’avant-hier. 👇 #antigaspi',
      thread: [
        'Pain perdu du {jour} : lait, œufs, un peu de cannelle, cinq minutes à la poêle.',
        'Croûtons à l’ail pour la soupe, chapelure pour le gratin. Rien ne se perd, ce {jour} non plus.',
      ],
      on: threads,
    },
  ],
  [
    {
      at: '07:30',
      text: '{jour} : la fougasse aux olives revient. Quantité limitée, bonne humeur illimitée.',
      on: everywhere,
    },
    {
      at: '16:00',
      text: 'Aujourd’hui {jour}, demain le marché du Port : retrouvez-nous allée B, à côté du fromager.',
      on: social,
    },
  ],
  [
    {
      at: '06:30',
      text: 'Ce {jour}, nous sommes au marché, allée B, jusqu’à 13 h. Le café est chaud. ☕',
      on: seen,
      picture: true,
    },
    {
      at: '18:00',
      facebookAt: '18:30',
      text: '{jour}, le week-end est en vue : pensez à réserver vos pains spéciaux avant 19 h.',
      on: everywhere,
    },
  ],
  [
    {
      at: '08:00',
      text: '{jour}, jour de brioche ! Nature, aux pralines ou au chocolat. Laquelle pour vous ?',
      on: seen,
      picture: true,
    },
    {
      at: '14:30',
      text: 'L’atelier levain de ce {jour} commence dans une demi-heure. On vous montre tout ce soir.',
      on: threads,
    },
  ],
  [
    {
      at: '08:30',
      text: '{jour} au matin, croissants au beurre de baratte. La file avance vite, promis. 🥐',
      on: [...seen, 'feed'],
      picture: true,
    },
    {
      at: '12:00',
      text: 'Ce {jour}, merci pour cette belle semaine ! Reposez-vous, on s’occupe du pain de mardi.',
      on: social,
    },
  ],
]
