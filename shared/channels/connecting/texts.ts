/** What a person reads who comes back from a network. `{…}` are facts: `network`, `count`, `reason`, `given`, `wanted`. */
export type Language = 'fr' | 'en'

export type PageName = 'found' | 'none' | 'denied' | 'refused' | 'trouble' | 'other' | 'stale' | 'broken'

interface Text {
  readonly title: string
  readonly text: string
}

export const texts: Readonly<Record<Language, Readonly<Record<PageName, Text>>>> = {
  fr: {
    found: {
      title: '{network} : c’est fait',
      text: 'Voici les comptes que vous avez ouverts à Parvis. Revenez à Parvis pour choisir lesquels connecter ; cette page peut être fermée.',
    },
    none: {
      title: '{network} : aucun compte trouvé',
      text: 'L’autorisation est donnée, mais elle n’ouvre aucun compte que Parvis puisse utiliser. Vérifiez que vous gérez une page ou un compte professionnel et que vous l’avez coché, puis recommencez depuis Parvis.',
    },
    denied: {
      title: '{network} : autorisation refusée',
      text: 'L’autorisation n’a pas été donnée : rien n’est connecté et rien n’a changé. Pour connecter ce compte plus tard, recommencez depuis Parvis.',
    },
    refused: {
      title: '{network} n’a pas autorisé la connexion',
      text: 'Rien n’est connecté. Réponse de {network} : « {reason} ». Revenez à Parvis et recommencez.',
    },
    trouble: {
      title: 'La connexion à {network} n’a pas abouti',
      text: 'Rien n’est connecté. Raison : « {reason} » Revenez à Parvis et recommencez.',
    },
    other: {
      title: '{network} : ce n’est pas le même compte',
      text: 'Vous avez ouvert {given}, alors que ce canal est {wanted}. Rien n’a changé. Recommencez depuis Parvis avec l’autre compte.',
    },
    stale: {
      title: 'Ce lien ne vaut plus rien',
      text: 'Il a déjà servi, ou plus de dix minutes ont passé, ou il n’est pas de Parvis. Rien n’a changé. Recommencez depuis Parvis.',
    },
    broken: {
      title: 'Un incident de notre côté',
      text: 'La connexion n’a pas abouti et rien n’est connecté ; l’incident est noté. Revenez à Parvis et recommencez.',
    },
  },
  en: {
    found: {
      title: '{network}: done',
      text: 'These are the accounts you opened to Parvis. Go back to Parvis to choose which to connect; this page can be closed.',
    },
    none: {
      title: '{network}: no account found',
      text: 'The permission is given, but it opens no account that Parvis can use. Make sure that you manage a page or a professional account and that you ticked it, then start again from Parvis.',
    },
    denied: {
      title: '{network}: permission refused',
      text: 'The permission was not given: nothing is connected and nothing has changed. To connect this account later, start again from Parvis.',
    },
    refused: {
      title: '{network} did not allow the connection',
      text: 'Nothing is connected. {network} answered: “{reason}”. Go back to Parvis and start again.',
    },
    trouble: {
      title: 'Connecting to {network} did not work',
      text: 'Nothing is connected. The reason: “{reason}” Go back to Parvis and start again.',
    },
    other: {
      title: '{network}: this is not the same account',
      text: 'You opened {given}, and this channel is {wanted}. Nothing has changed. Start again from Parvis with the other account.',
    },
    stale: {
      title: 'This link is no longer good',
      text: 'It was used already, or more than ten minutes have passed, or it is not from Parvis. Nothing has changed. Start again from Parvis.',
    },
    broken: {
      title: 'Something went wrong on our side',
      text: 'Nothing is connected; it was logged. Go back to Parvis and start again.',
    },
  },
}

/** The language a browser asks for (`Accept-Language`, RFC 9110 §12.5.4): French or English, English if neither. */
export function languageOf(header: string | undefined): Language {
  const wanted = (header ?? '').split(',').flatMap((part) => {
    const [tag = '', ...parameters] = part.trim().toLowerCase().split(';')
    const language = tag.trim().split('-')[0]
    const weight = Number(/q\s*=\s*([\d.]+)/.exec(parameters.join(';'))?.[1] ?? 1)
    return (language === 'fr' || language === 'en') && weight > 0 ? [{ language, weight }] : []
  })
  return wanted.toSorted((a, b) => b.weight - a.weight)[0]?.language === 'fr' ? 'fr' : 'en'
}
