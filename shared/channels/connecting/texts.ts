import { defineTexts, type Message, type Param } from '../../i18n/index.ts'

/** What a person reads who comes back from a network. */
const t = defineTexts('channels.connecting', {
  foundTitle: { en: '{network}: connected', fr: '{network} : connexion réussie' },
  found: {
    en: 'These are the accounts you gave Parvis access to. Go back to Parvis to choose which to connect; you can close this page.',
    fr: 'Voici les comptes auxquels vous avez donné accès à Parvis. Revenez dans Parvis pour choisir ceux à connecter ; vous pouvez fermer cette page.',
  },
  noneTitle: { en: '{network}: no account found', fr: '{network} : aucun compte trouvé' },
  none: {
    en: 'The permission is given, but it gives access to no account that Parvis can use. Check that you manage a page or a professional account and that you ticked it, then start again from Parvis.',
    fr: 'L’autorisation est donnée, mais elle ne donne accès à aucun compte utilisable par Parvis. Vérifiez que vous gérez une page ou un compte professionnel et que vous l’avez coché, puis recommencez depuis Parvis.',
  },
  deniedTitle: { en: '{network}: permission refused', fr: '{network} : autorisation refusée' },
  denied: {
    en: 'The permission was not given: nothing is connected and nothing has changed. To connect this account later, start again from Parvis.',
    fr: 'L’autorisation n’a pas été donnée : rien n’est connecté et rien n’a changé. Pour connecter ce compte plus tard, recommencez depuis Parvis.',
  },
  refusedTitle: { en: '{network} did not allow the connection', fr: '{network} n’a pas autorisé la connexion' },
  refused: {
    en: 'Nothing is connected. {reason} Go back to Parvis and start again.',
    fr: 'Rien n’est connecté. {reason} Revenez dans Parvis et recommencez.',
  },
  troubleTitle: { en: 'Connecting to {network} failed', fr: 'La connexion à {network} a échoué' },
  trouble: {
    en: 'Nothing is connected. Reason: {reason} Go back to Parvis and start again.',
    fr: 'Rien n’est connecté. Raison : {reason} Revenez dans Parvis et recommencez.',
  },
  otherTitle: { en: '{network}: this is not the same account', fr: '{network} : ce n’est pas le même compte' },
  other: {
    en: 'You gave access to {given}, and this channel is {wanted}. Nothing has changed. Start again from Parvis with the other account.',
    fr: 'Vous avez donné accès à {given}, alors que ce canal est {wanted}. Rien n’a changé. Recommencez depuis Parvis avec l’autre compte.',
  },
  staleTitle: { en: 'This link is no longer valid', fr: 'Ce lien n’est plus valable' },
  stale: {
    en: 'It was already used, more than ten minutes have passed, or it does not come from Parvis. Nothing has changed. Start again from Parvis.',
    fr: 'Il a déjà servi, plus de dix minutes ont passé, ou il ne vient pas de Parvis. Rien n’a changé. Recommencez depuis Parvis.',
  },
  brokenTitle: { en: 'Something went wrong on our side', fr: 'Une erreur est survenue de notre côté' },
  broken: {
    en: 'The connection failed and nothing is connected; the incident was logged. Go back to Parvis and start again.',
    fr: 'La connexion a échoué et rien n’est connecté ; l’incident est enregistré. Revenez dans Parvis et recommencez.',
  },
})

export interface PageFacts {
  readonly network: Param
  readonly reason: Param
  /** The account that was opened, and the one of the channel. */
  readonly given: Param
  readonly wanted: Param
}

export const pages = {
  found: (facts: PageFacts) => ({ title: t.foundTitle(facts), text: t.found() }),
  none: (facts: PageFacts) => ({ title: t.noneTitle(facts), text: t.none() }),
  denied: (facts: PageFacts) => ({ title: t.deniedTitle(facts), text: t.denied() }),
  refused: (facts: PageFacts) => ({ title: t.refusedTitle(facts), text: t.refused(facts) }),
  trouble: (facts: PageFacts) => ({ title: t.troubleTitle(facts), text: t.trouble(facts) }),
  other: (facts: PageFacts) => ({ title: t.otherTitle(facts), text: t.other(facts) }),
  stale: () => ({ title: t.staleTitle(), text: t.stale() }),
  broken: () => ({ title: t.brokenTitle(), text: t.broken() }),
} satisfies Record<string, (facts: PageFacts) => { readonly title: Message; readonly text: Message }>
export type PageName = keyof typeof pages
