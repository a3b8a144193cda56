import { defineTexts, type Message } from '../i18n/index.ts'
import { type ChannelCounterName, type CounterName, channelCounterNames, counterNames } from '../networks/network.ts'

/** What each counter of a publication counts: totals since it went out, where the network tells them. */
const counters = defineTexts('metrics.publication', {
  likes: {
    en: 'Likes, favourites and other reactions.',
    fr: 'Les mentions « J’aime », favoris et autres réactions.',
  },
  comments: {
    en: 'Comments and replies it received.',
    fr: 'Les commentaires et réponses reçus.',
  },
  shares: {
    en: 'Shares, reposts and forwards.',
    fr: 'Les partages, republications et transferts.',
  },
  quotes: {
    en: 'Reposts with a comment (quotes).',
    fr: 'Les republications accompagnées d’un commentaire (citations).',
  },
  saves: {
    en: 'Times it was saved for later (private favourites, bookmarks).',
    fr: 'Les enregistrements pour plus tard (favoris privés, signets).',
  },
  clicks: { en: 'Clicks on it or on its link.', fr: 'Les clics sur la publication ou sur son lien.' },
  views: {
    en: 'Views or plays, as the network defines a view.',
    fr: 'Les vues ou lectures, selon la définition du réseau.',
  },
  reach: {
    en: 'People who saw it, each counted once (reach).',
    fr: 'Les personnes qui l’ont vue, chacune comptée une fois (portée).',
  },
  impressions: {
    en: 'Times it was displayed; several to the same person count each time.',
    fr: 'Les affichages ; plusieurs à la même personne comptent chaque fois.',
  },
  hits: {
    en: 'Requests of our own feed that contained it.',
    fr: 'Les lectures de notre propre flux qui la contenaient.',
  },
  follows: {
    en: 'New followers who came from this publication.',
    fr: 'Les nouveaux abonnés venus par cette publication.',
  },
  watchSeconds: {
    en: 'Seconds watched, by all viewers together.',
    fr: 'Les secondes regardées, tous les spectateurs réunis.',
  },
  delivered: {
    en: 'Emails that a mailbox accepted.',
    fr: 'Les e-mails acceptés par une boîte aux lettres.',
  },
  opens: {
    en: 'Emails opened, as far as it can be known: mail programs that load images by themselves count too.',
    fr: 'Les e-mails ouverts, pour autant qu’on puisse le savoir : les logiciels qui chargent les images d’eux-mêmes comptent aussi.',
  },
  bounces: { en: 'Emails rejected for good.', fr: 'Les e-mails rejetés définitivement.' },
  complaints: { en: 'Emails reported as unwanted.', fr: 'Les e-mails signalés comme indésirables.' },
  unsubscribes: { en: 'Unsubscriptions from this issue.', fr: 'Les désinscriptions faites depuis cet envoi.' },
} satisfies Record<CounterName, unknown>)

/** The channel's own: how many there are, or what the last whole day of the network brought. */
const ofChannel = defineTexts('metrics.channel', {
  followers: {
    en: 'Followers of the channel at the end of the period.',
    fr: 'Les abonnés du canal à la fin de la période.',
  },
  posts: {
    en: 'Posts on the channel at the end of the period.',
    fr: 'Les publications présentes sur le canal à la fin de la période.',
  },
  views: {
    en: 'Views of the channel and of all its content, as the network defines them.',
    fr: 'Les vues du canal et de tous ses contenus, selon la définition du réseau.',
  },
  reach: {
    en: 'People reached, each counted once a day; over several days, the sum of the days.',
    fr: 'Les personnes atteintes, chacune comptée une fois par jour ; sur plusieurs jours, la somme des jours.',
  },
  impressions: {
    en: 'Times the channel or its content was displayed.',
    fr: 'Les affichages du canal et de ses contenus.',
  },
  engagements: {
    en: 'Interactions with the channel as the network itself adds them up (this is not our engagement).',
    fr: 'Les interactions avec le canal, telles que le réseau les additionne lui-même (ce n’est pas notre engagement).',
  },
  clicks: { en: 'Clicks to the website.', fr: 'Les clics vers le site.' },
  calls: { en: 'Calls started from the profile.', fr: 'Les appels lancés depuis la fiche.' },
  directions: { en: 'Requests for directions.', fr: 'Les demandes d’itinéraire.' },
  visits: { en: 'Visits to the profile.', fr: 'Les visites du profil.' },
} satisfies Record<ChannelCounterName, unknown>)

type Definitions = Readonly<Record<string, Message>>

/** The definitions of what is counted of publications, of those that are named. */
export const counterDefinitions = (names: Readonly<Partial<Record<CounterName, unknown>>>): Definitions =>
  Object.fromEntries(counterNames.flatMap((name) => (names[name] === undefined ? [] : [[name, counters[name]()]])))

/** The same of a channel's own. */
export const channelDefinitions = (names: Readonly<Partial<Record<ChannelCounterName, unknown>>>): Definitions =>
  Object.fromEntries(
    channelCounterNames.flatMap((name) => (names[name] === undefined ? [] : [[name, ofChannel[name]()]])),
  )

/** What engagement and its rates are, answered beside every figure. */
export const engagementTexts = defineTexts('metrics.engagement', {
  engagement: {
    en: 'engagement = likes + comments + shares + quotes + saves + clicks, of those that the network reports; nothing else is in it',
    fr: 'engagement = J’aime + commentaires + partages + citations + enregistrements + clics, parmi ceux que le réseau communique ; rien d’autre n’y entre',
  },
  byFollowersThen: {
    en: 'engagement ÷ followers of the channel when it went out',
    fr: 'engagement ÷ abonnés du canal au moment de la publication',
  },
  byFollowersAtTheEnd: {
    en: 'engagement ÷ followers of the channel at the end of the period',
    fr: 'engagement ÷ abonnés du canal à la fin de la période',
  },
  byReach: {
    en: 'engagement ÷ reach (people who saw it, each counted once)',
    fr: 'engagement ÷ portée (personnes qui l’ont vue, chacune comptée une fois)',
  },
  byViews: { en: 'engagement ÷ views', fr: 'engagement ÷ vues' },
  byImpressions: {
    en: 'engagement ÷ impressions (times it was displayed)',
    fr: 'engagement ÷ impressions (nombre d’affichages)',
  },
})
