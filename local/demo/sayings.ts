/** What the shop often says: sentences with gaps, filled anew each time, since networks refuse the same text twice. */
import type { Place, ShopPost } from './shop.ts'
import { everywhere, seen, social } from './shop.ts'

interface Template {
  readonly text: string
  readonly on: readonly Place[]
  readonly picture?: boolean
  readonly comments: readonly string[]
}

/** The lengths have no common divisor: a template comes back with the same words after their product. */
const gaps: Readonly<Record<string, readonly string[]>> = {
  fournee: [
    'de baguettes de tradition',
    'de pains de seigle',
    'de fougasses aux olives',
    'de brioches au beurre',
    'de miches au levain',
    'de pains aux noix',
    'de ficelles au sésame',
  ],
  douceurs: [
    'éclairs au café',
    'chaussons aux pommes',
    'flans à la vanille',
    'choux à la crème',
    'financiers aux amandes',
    'cannelés',
    'puits d’amour',
    'sablés au citron',
  ],
  midi: [
    'focaccia tomates et romarin',
    'quiche aux poireaux',
    'sandwich jambon et comté',
    'tarte fine aux courgettes',
    'salade de lentilles et pain de seigle',
  ],
  nombre: ['quatre', 'cinq', 'six', 'sept', 'huit', 'neuf', 'dix', 'onze', 'douze', 'quatorze', 'quinze'],
  farine: ['de blé de pays', 'de seigle', 'de petit épeautre'],
  qui: [
    'Inès',
    'Karim',
    'Soizic',
    'Marius',
    'Awa',
    'Loïc',
    'Paulette',
    'Bastien',
    'Rozenn',
    'Tom',
    'Lucie',
    'Malo',
    'Nina',
  ],
}

const templates: readonly Template[] = [
  {
    text: 'Nouvelle fournée {fournee} à {heure} : elle chante encore. 🎶 #boulangerie',
    on: social,
    comments: ['Le meilleur bruit du monde.', 'Gardez-m’en deux !', 'Encore chaud à midi ?'],
  },
  {
    text: 'Au menu de ce midi : {midi}. Servi dès maintenant, {heure}.',
    on: seen,
    picture: true,
    comments: ['Il y en a sans olives ?', 'Vu, j’envoie toute l’équipe.', 'Parfait pour manger sur la digue.'],
  },
  {
    text: 'Il nous reste {nombre} {douceurs} à {heure}. Premier arrivé, premier servi. ☕',
    on: social,
    comments: ['J’arrive !', 'Vous pouvez m’en mettre deux de côté ?', 'Trop tard, j’ai pris les derniers hier.'],
  },
  {
    text: 'Invendus d’hier à moitié prix jusqu’à ce soir : {nombre} paniers prêts à {heure}. On ne jette rien. ♻️ #antigaspi',
    on: everywhere,
    comments: ['Bravo pour cette idée.', 'Même le dimanche ?', 'On a bien mangé avec celui de la semaine dernière.'],
  },
  {
    text: '{qui} prend le comptoir à {heure} et conseille les {douceurs}.',
    on: social,
    comments: ['Toujours de bon conseil !', 'Bonjour à toute l’équipe.', 'Le sourire est compris dans le prix.'],
  },
  {
    text: 'Pensez à commander 48 h à l’avance. Cette semaine : les {douceurs}, par boîtes de {nombre}. https://boulangerie-du-port.example/commandes',
    on: ['facebook', 'feed'],
    comments: ['Vous faites sans gluten ?', 'Commandé, merci !', 'On peut payer sur place ?'],
  },
  {
    text: 'Atelier levain samedi à 15 h avec {qui} : il reste {nombre} places. Tablier fourni, farine {farine}.',
    on: social,
    comments: ['Inscrite ! Hâte d’y être.', 'À partir de quel âge ?', 'On repart avec son levain ?'],
  },
  {
    text: 'Arrivée du moulin à {heure} : {nombre} sacs de farine {farine}. Les bras s’en souviendront.',
    on: social,
    comments: ['De la région ?', 'Courage à toute l’équipe !', 'J’adore quand c’est du seigle.'],
  },
  {
    text: 'Le panier de {qui} : une fournée {fournee}, {nombre} {douceurs}. Et le vôtre ?',
    on: seen,
    picture: true,
    comments: ['Le même, sans hésiter.', 'Moi j’ajoute une tradition bien cuite.', 'Tout me va.'],
  },
  {
    text: '{heure}, et déjà {nombre} commandes pour demain. La fournée {fournee} partira à l’aube.',
    on: social,
    comments: ['J’en fais partie !', 'À quelle heure ouvrez-vous demain ?', 'Quelle réussite, c’est mérité.'],
  },
  {
    text: 'Question du jour de {qui} : plutôt {douceurs}, ou {midi} ?',
    on: everywhere,
    comments: ['Les deux, voyons.', 'Salé le matin, sucré le soir.', 'Vous êtes cruels de nous demander de choisir.'],
  },
  {
    text: 'On goûte à {heure} : {douceurs} tièdes et café allongé. {nombre} tabourets au soleil. ☀️',
    on: seen,
    picture: true,
    comments: ['On arrive à quatre !', 'La terrasse est ouverte ?', 'Ça donne faim.'],
  },
  {
    text: 'La recette de {qui} pour le pain d’hier : {midi}, un filet d’huile, {nombre} minutes au four. #antigaspi',
    on: social,
    comments: ['Testé ce soir, adopté.', 'Chaleur tournante ou pas ?', 'Je note, merci.'],
  },
  {
    text: 'Petit contretemps au four : la fournée {fournee} sortira à {heure}. Merci de votre patience !',
    on: everywhere,
    comments: ['Pas de souci, on attend.', 'Le bon pain se mérite.', 'Merci de prévenir.'],
  },
  {
    text: 'Livraison à vélo par {qui} : {nombre} adresses aujourd’hui, dont une fournée {fournee} pour l’école.',
    on: social,
    comments: ['Croisé ce matin, quelle allure !', 'Les enfants se sont régalés.', 'Vous livrez jusqu’à la gare ?'],
  },
  {
    text: 'Farine {farine}, eau, sel, levain, et {nombre} heures de patience : la fournée {fournee}, rien de plus.',
    on: social,
    comments: ['C’est tout ce qu’on demande.', 'Ça se sent à la croûte.', 'Merci de le dire aussi simplement.'],
  },
]

/** One in so many is said on LinkedIn too: nobody posts there every few minutes, and 25 an hour is its limit. */
const rarely = 3

/** The nth of them, as it leaves at `at` (ms). */
export function saying(n: number, at: number): ShopPost {
  const template = templates[n % templates.length]
  if (template === undefined) throw new Error('The shop has nothing to say.')
  const round = Math.floor(n / templates.length)
  const text = template.text.replace(/\{(\w+)\}/g, (_, gap: string) => {
    if (gap === 'heure') return hourInParis(at)
    const words = gaps[gap] ?? []
    return words[(n + round) % words.length] ?? ''
  })
  return { ...template, text, on: n % rarely === 0 ? template.on : template.on.filter((place) => place !== 'linkedin') }
}

/** What people say below it, by the sentence: the network shows a post's text, not which of ours it is. */
export const commentsOnSaying = (text: string): readonly string[] | undefined =>
  shapes.find(({ shape }) => shape.test(text))?.comments

const shapes = templates.map(({ text, comments }) => ({
  shape: new RegExp(
    `^${text
      .split(/\{\w+\}/)
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('.+')}$`,
    'u',
  ),
  comments,
}))

const hours = new Intl.DateTimeFormat('fr-FR', { timeZone: 'Europe/Paris', hour: 'numeric', minute: '2-digit' })
/** `14 h 20`. */
const hourInParis = (ms: number) => hours.format(ms).replace(':', '\u00a0h\u00a0')
