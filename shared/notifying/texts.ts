import type { NotificationKind } from './notification.ts'

export type Language = 'fr' | 'en'

/**
 * What people read. `{…}` are facts: `channel` (its name and network), `excerpt` (the first words of the post), `when`
 * (its moment, in the workspace's zone), `reason` (why, as the network or Parvis said it), `host`, `since`.
 */
interface Text {
  readonly title: string
  readonly happened: string
  readonly means: string
  readonly settles: string
}

type TextKey = NotificationKind | 'endpoint.disabled'

export const texts: Readonly<Record<Language, Readonly<Record<TextKey, Text>>>> = {
  fr: {
    'publication.rejected': {
      title: 'Publication refusée par {channel} : {excerpt}',
      happened: '{channel} a refusé la publication {excerpt}, prévue {when}. Raison donnée : {reason}',
      means: 'Elle n’est pas en ligne et ne partira pas d’elle-même.',
      settles: 'Corrigez ce qui est refusé, puis relancez la publication.',
    },
    'publication.failed': {
      title: 'Publication en échec sur {channel} : {excerpt}',
      happened: 'La publication {excerpt}, prévue {when}, n’a pas pu partir sur {channel}. Raison : {reason}',
      means: 'Elle n’est pas en ligne et Parvis n’essaie plus.',
      settles: 'Relancez la publication quand la cause a disparu.',
    },
    'publication.partial': {
      title: 'Fil interrompu sur {channel} : {excerpt}',
      happened: 'Une partie seulement du fil {excerpt}, prévu {when}, est parue sur {channel}. Raison : {reason}',
      means: 'Les premiers messages sont en ligne, la suite manque.',
      settles: 'Regardez ce qui est paru, puis complétez ou retirez le fil.',
    },
    'publication.unconfirmed': {
      title: 'À vérifier sur {channel} : {excerpt}',
      happened: 'La réponse de {channel} s’est perdue au moment d’envoyer {excerpt}, prévue {when}. {reason}',
      means: 'Personne ne peut dire si elle est en ligne. Parvis ne la renvoie pas, pour ne pas publier deux fois.',
      settles: 'Regardez sur le réseau, puis dites-le à Parvis : parue (avec son adresse), à renvoyer, ou à annuler.',
    },
    'publication.missed': {
      title: 'Moment manqué sur {channel} : {excerpt}',
      happened: 'La publication {excerpt}, prévue {when}, n’a pas pu partir à temps sur {channel}. Raison : {reason}',
      means: 'Le retard permis est dépassé : elle ne partira pas d’elle-même.',
      settles: 'Donnez-lui un nouveau moment, ou annulez-la.',
    },
    'channel.credentials_ending': {
      title: 'Bientôt à reconnecter : {channel}',
      happened:
        'Nos identifiants pour {channel} ne valent plus après {when}, et le réseau ne les renouvelle pas. {reason}',
      means: 'Tout part encore ; après cette date, plus rien ne partira ni n’arrivera par ce canal.',
      settles: 'Reconnectez ce canal avant cette date.',
    },
    'publication.handed_over': {
      title: 'À publier maintenant sur {channel} : {excerpt}',
      happened: 'C’est le moment de publier {excerpt} sur {channel}, prévu {when}.',
      means: 'Elle se publie à la main : Parvis ne l’envoie pas lui-même.',
      settles:
        'Ouvrez la page sur votre téléphone : copiez le texte, enregistrez les médias, publiez, puis dites que c’est fait.',
    },
    'publication.handover_reminder': {
      title: 'Toujours à publier sur {channel} : {excerpt}',
      happened: 'Personne n’a encore dit avoir publié {excerpt} sur {channel}, prévu {when}.',
      means: 'Si elle est déjà en ligne, Parvis ne le sait pas ; sinon, son moment passe.',
      settles: 'Ouvrez la page : dites que c’est fait, ou que cela n’a pas été possible.',
    },
    'channel.reconnect_needed': {
      title: 'À reconnecter : {channel}',
      happened: '{channel} n’accepte plus nos identifiants. Raison : {reason}',
      means: 'Rien ne part ni n’arrive par ce canal ; ses publications attendent.',
      settles: 'Donnez de nouveaux identifiants à ce canal.',
    },
    'endpoint.failing': {
      title: 'Webhook en échec : {host}',
      happened: 'Depuis {since}, aucune livraison n’arrive à {host}. {reason}',
      means: 'Parvis continue d’essayer ; au bout de cinq jours, il désactive l’adresse.',
      settles: 'Regardez le journal des livraisons et réparez le récepteur.',
    },
    'endpoint.disabled': {
      title: 'Webhook désactivé : {host}',
      happened: 'L’adresse de livraison {host} a été désactivée. {reason}',
      means: 'Plus aucun événement ne lui est envoyé.',
      settles: 'Réparez le récepteur, remettez l’adresse à l’état « active », puis rejouez les livraisons manquées.',
    },
  },
  en: {
    'publication.rejected': {
      title: 'Refused by {channel}: {excerpt}',
      happened: '{channel} refused the publication {excerpt}, due {when}. The reason given: {reason}',
      means: 'It is not live and will not leave by itself.',
      settles: 'Correct what was refused, then retry the publication.',
    },
    'publication.failed': {
      title: 'Failed on {channel}: {excerpt}',
      happened: 'The publication {excerpt}, due {when}, could not leave on {channel}. The reason: {reason}',
      means: 'It is not live, and Parvis no longer tries.',
      settles: 'Retry the publication once the cause is gone.',
    },
    'publication.partial': {
      title: 'Thread cut short on {channel}: {excerpt}',
      happened: 'Only a part of the thread {excerpt}, due {when}, went out on {channel}. The reason: {reason}',
      means: 'Its first messages are live, the rest is missing.',
      settles: 'Look at what is live, then complete or remove the thread.',
    },
    'publication.unconfirmed': {
      title: 'To be checked on {channel}: {excerpt}',
      happened: 'The answer of {channel} was lost while sending {excerpt}, due {when}. {reason}',
      means: 'Nobody can tell whether it is live. Parvis does not send it again, so as not to publish twice.',
      settles: 'Look on the network, then tell Parvis: published (with its address), to be resent, or to be cancelled.',
    },
    'publication.missed': {
      title: 'Moment missed on {channel}: {excerpt}',
      happened: 'The publication {excerpt}, due {when}, could not leave in time on {channel}. The reason: {reason}',
      means: 'It is later than its late policy allows, and will not leave by itself.',
      settles: 'Give it another moment, or cancel it.',
    },
    'channel.credentials_ending': {
      title: 'To be reconnected soon: {channel}',
      happened: 'Our credentials for {channel} end {when}, and the network does not renew them. {reason}',
      means: 'Everything still leaves; after that, nothing will leave or arrive on this channel.',
      settles: 'Reconnect this channel before then.',
    },
    'publication.handed_over': {
      title: 'To publish now on {channel}: {excerpt}',
      happened: 'It is time to publish {excerpt} on {channel}, due {when}.',
      means: 'It is published by hand: Parvis does not send it itself.',
      settles: 'Open the page on your telephone: copy the text, save the media, publish, then say that it is done.',
    },
    'publication.handover_reminder': {
      title: 'Still to publish on {channel}: {excerpt}',
      happened: 'Nobody has yet said that {excerpt}, due {when}, was published on {channel}.',
      means: 'If it is live already, Parvis does not know; if not, its moment is passing.',
      settles: 'Open the page: say that it is done, or that it could not be.',
    },
    'channel.reconnect_needed': {
      title: 'To be reconnected: {channel}',
      happened: '{channel} no longer takes our credentials. The reason: {reason}',
      means: 'Nothing leaves or arrives on this channel; its publications wait.',
      settles: 'Give this channel new credentials.',
    },
    'endpoint.failing': {
      title: 'Webhook failing: {host}',
      happened: 'Since {since}, no delivery has arrived at {host}. {reason}',
      means: 'Parvis keeps trying, and disables the endpoint after five days.',
      settles: 'Look at the delivery log and mend the receiver.',
    },
    'endpoint.disabled': {
      title: 'Webhook disabled: {host}',
      happened: 'The endpoint {host} was disabled. {reason}',
      means: 'No event is sent to it any more.',
      settles: 'Mend the receiver, set the endpoint’s state to active, then replay the deliveries it missed.',
    },
  },
}

/** Words around the texts, in a mail. */
export const mailWords: Readonly<
  Record<Language, { greeting: string; means: string; settles: string; signature: string }>
> = {
  fr: {
    greeting: 'Bonjour {name},',
    means: 'Ce que cela veut dire',
    settles: 'Ce qui le règle',
    signature: 'Parvis, pour {workspace}. Ce message est envoyé une fois par incident aux responsables de l’espace.',
  },
  en: {
    greeting: 'Hello {name},',
    means: 'What it means',
    settles: 'What settles it',
    signature: 'Parvis, for {workspace}. This message is sent once per incident to the owners and managers.',
  },
}

export const unknowns: Readonly<Record<Language, { channel: string; excerpt: string; when: string; reason: string }>> =
  {
    fr: { channel: 'un canal', excerpt: 'sans texte', when: 'sans date', reason: 'non précisée.' },
    en: { channel: 'a channel', excerpt: 'without text', when: 'at no set time', reason: 'not stated.' },
  }

/** The text with its facts. A fact is never read as a text: what it holds in braces stays as it is. */
export function fill(text: string, facts: Readonly<Record<string, string>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => facts[name] ?? whole)
}

/** French for every French, English for the rest: the two languages that are written here. */
export function languageOf(tag: string | undefined): Language {
  return tag === undefined || /^fr\b/i.test(tag) ? 'fr' : 'en'
}

/** An instant as people of this language write it, in a zone: `le mardi 1er décembre 2026 à 09:00 UTC+1`. */
export function spoken(instant: string, language: Language, zone: string): string {
  const options = {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short',
    timeZone: zone,
  } as const
  const format = new Intl.DateTimeFormat(language === 'fr' ? 'fr-FR' : 'en-GB', options)
  const text = format.format(new Date(instant))
  // French counts the first of a month apart: CLDR leaves it out.
  return language === 'fr' ? `le ${text.replace(/ 1 (?=\p{L})/u, ' 1er ')}` : `on ${text}`
}
