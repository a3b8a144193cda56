import { type ChannelCounterName, type CounterName, channelCounterNames, counterNames } from '../networks/network.ts'

type Words = { readonly en: string; readonly fr: string }
export type Language = keyof Words

/** What each counter of a publication counts: totals since it went out, where the network tells them. */
const counters = {
  likes: {
    en: 'Likes, favourites and other reactions.',
    fr: 'Les mentions « J’aime », favoris et autres réactions.',
  },
  comments: {
    en: 'Comments and answers under it.',
    fr: 'Les commentaires et réponses reçus.',
  },
  shares: {
    en: 'Times it was passed on: shares, reposts, forwards.',
    fr: 'Les partages, republications et transferts.',
  },
  quotes: {
    en: 'Times it was passed on with words of one’s own.',
    fr: 'Les republications accompagnées d’un commentaire (citations).',
  },
  saves: { en: 'Times it was saved for later.', fr: 'Les enregistrements pour plus tard (favoris privés, signets).' },
  clicks: { en: 'Clicks on it or on its link.', fr: 'Les clics sur la publication ou sur son lien.' },
  views: {
    en: 'Times it was seen or played, as the network counts a view.',
    fr: 'Les vues ou lectures, selon la définition du réseau.',
  },
  reach: {
    en: 'People who saw it, each counted once.',
    fr: 'Les personnes qui l’ont vue, chacune comptée une fois (portée).',
  },
  impressions: {
    en: 'Times it was shown, several to the same person counted each.',
    fr: 'Les affichages, plusieurs à la même personne comptés à chaque fois.',
  },
  hits: { en: 'Readings of our own feed that carried it.', fr: 'Les lectures de notre propre flux qui la portaient.' },
  follows: {
    en: 'People who began to follow the channel from it.',
    fr: 'Les nouveaux abonnés venus par cette publication.',
  },
  watchSeconds: {
    en: 'Seconds of it that were watched, by everyone together.',
    fr: 'Les secondes regardées, tous les spectateurs réunis.',
  },
  delivered: { en: 'Mails that a mailbox took.', fr: 'Les courriels acceptés par une boîte aux lettres.' },
  opens: {
    en: 'Mails that were opened, as far as it can be known: programs that fetch pictures by themselves count too.',
    fr: 'Les courriels ouverts, pour autant qu’on le sache : les logiciels qui chargent les images d’eux-mêmes comptent aussi.',
  },
  bounces: { en: 'Mails that came back for good.', fr: 'Les courriels revenus définitivement.' },
  complaints: { en: 'Mails that were reported as unwanted.', fr: 'Les courriels signalés comme indésirables.' },
  unsubscribes: { en: 'People who left the list through it.', fr: 'Les désinscriptions faites depuis cet envoi.' },
} as const satisfies Record<CounterName, Words>

/** The channel's own: how many there are, or what the last whole day of the network brought. */
const ofChannel = {
  followers: {
    en: 'People who follow the channel, at the end of the time.',
    fr: 'Les abonnés de la chaîne à la fin de la période.',
  },
  posts: {
    en: 'Posts that stand on the channel, at the end of the time.',
    fr: 'Les publications présentes sur la chaîne à la fin de la période.',
  },
  views: {
    en: 'Views of the channel and of all that is on it, as the network counts them.',
    fr: 'Les vues de la chaîne et de tout ce qui s’y trouve, selon la définition du réseau.',
  },
  reach: {
    en: 'People who saw the channel or something of it, each once a day; over several days their sum.',
    fr: 'Les personnes atteintes, chacune comptée une fois par jour ; sur plusieurs jours, la somme des jours.',
  },
  impressions: {
    en: 'Times something of the channel was shown.',
    fr: 'Les affichages de la chaîne et de ses contenus.',
  },
  engagements: {
    en: 'What people did with the channel, as the network itself sums it up; not our own engagement.',
    fr: 'Les interactions avec la chaîne, telles que le réseau les additionne lui-même (ce n’est pas notre engagement).',
  },
  clicks: { en: 'Clicks that led to the website.', fr: 'Les clics vers le site.' },
  calls: { en: 'Calls begun from the profile.', fr: 'Les appels lancés depuis la fiche.' },
  directions: { en: 'Times the way was asked for.', fr: 'Les demandes d’itinéraire.' },
  visits: { en: 'Visits of the profile.', fr: 'Les visites du profil.' },
} as const satisfies Record<ChannelCounterName, Words>

/** The definitions of what is counted of publications, of those that are named. */
export const counterDefinitions = (names: Readonly<Partial<Record<CounterName, unknown>>>, language: Language) =>
  Object.fromEntries(
    counterNames.flatMap((name) => (names[name] === undefined ? [] : [[name, counters[name][language]]])),
  )

/** The same of a channel's own. */
export const channelDefinitions = (names: Readonly<Partial<Record<ChannelCounterName, unknown>>>, language: Language) =>
  Object.fromEntries(
    channelCounterNames.flatMap((name) => (names[name] === undefined ? [] : [[name, ofChannel[name][language]]])),
  )

/** What engagement and its rates are, said beside every figure. */
export const engagementDefinitions = {
  engagement: {
    en: 'engagement = likes + comments + shares + quotes + saves + clicks, of those that the network tells; nothing else is in it',
    fr: 'engagement = J’aime + commentaires + partages + citations + enregistrements + clics, parmi ceux que le réseau communique ; rien d’autre n’y entre',
  },
  byFollowersThen: {
    en: 'engagement ÷ followers of the channel when it went out',
    fr: 'engagement ÷ abonnés de la chaîne au moment de la publication',
  },
  byFollowersAtTheEnd: {
    en: 'engagement ÷ followers of the channel at the end of the time',
    fr: 'engagement ÷ abonnés de la chaîne à la fin de la période',
  },
  byReach: {
    en: 'engagement ÷ reach (people who saw it, each once)',
    fr: 'engagement ÷ portée (personnes qui l’ont vue, chacune comptée une fois)',
  },
  byViews: { en: 'engagement ÷ views', fr: 'engagement ÷ vues' },
  byImpressions: {
    en: 'engagement ÷ impressions (times it was shown)',
    fr: 'engagement ÷ impressions (nombre d’affichages)',
  },
} as const satisfies Record<string, Words>

/** What people of this workspace read: French, or English for everybody else. */
export const languageOf = (tag: string | undefined): Language => (tag?.split('-')[0] === 'fr' ? 'fr' : 'en')
