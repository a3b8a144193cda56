/** What a person reads on the page of what was handed over to them. `{…}` are facts. */
export type Language = 'fr' | 'en'

interface Words {
  readonly heading: string
  readonly due: string
  readonly paused: string
  readonly edited: string
  readonly instructions: string
  readonly title: string
  readonly text: string
  readonly part: string
  readonly link: string
  readonly firstComment: string
  readonly wishes: string
  readonly media: string
  readonly save: string
  readonly alt: string
  readonly copy: string
  readonly copied: string
  readonly open: string
  readonly finish: string
  readonly address: string
  readonly addressHelp: string
  readonly done: string
  readonly cannot: string
  readonly why: string
  readonly undone: string
  readonly footer: string
  /** Instead of all that, by what became of it. */
  readonly ends: Readonly<Record<PageEnd, { readonly title: string; readonly text: string }>>
  /** Above it, after a form that was not taken. */
  readonly notices: Readonly<Record<Notice, string>>
}

export type PageEnd =
  | 'published'
  | 'untracked'
  | 'unaddressed'
  | 'cancelled'
  | 'moved'
  | 'given_back'
  | 'closed'
  | 'stale'
export type Notice = 'outdated' | 'taken' | 'address' | 'again'

export const words: Readonly<Record<Language, Words>> = {
  fr: {
    heading: 'À publier sur {network}',
    due: '{channel}, pour {workspace}, prévu {when}.',
    paused: 'Ce canal est en pause : demandez avant de publier.',
    edited: 'Le texte a été modifié depuis qu’il vous a été confié. Voici la dernière version.',
    instructions: 'Consignes',
    title: 'Titre',
    text: 'Texte',
    part: 'Partie {number}',
    link: 'Lien',
    firstComment: 'Premier commentaire',
    wishes: 'Autres réglages',
    media: 'Médias',
    save: 'Enregistrer {name}',
    alt: 'Texte alternatif',
    copy: 'Copier',
    copied: 'Copié',
    open: 'Ouvrir {network}',
    finish: 'Une fois publié',
    address: 'Adresse de la publication (facultatif)',
    addressHelp:
      'Avec elle, Parvis retrouve la publication et, quand le réseau le permet, ses commentaires et ses chiffres.',
    done: 'C’est publié',
    cannot: 'Je n’ai pas pu publier',
    why: 'Pourquoi ?',
    undone: 'Le signaler',
    footer: 'Ce lien vaut sept jours et n’ouvre que cette publication. Ne le transmettez qu’à qui doit la publier.',
    ends: {
      published: { title: 'C’est publié', text: 'Merci. Parvis suit maintenant cette publication comme les autres.' },
      untracked: {
        title: 'C’est publié',
        text: 'Merci. Parvis garde l’adresse, mais ne peut pas lire les chiffres de cette publication : ils se saisissent à la main.',
      },
      unaddressed: {
        title: 'C’est publié',
        text: 'Merci. Sans adresse, les chiffres de cette publication se saisissent à la main.',
      },
      cancelled: { title: 'Publication annulée', text: 'Elle a été annulée : ne la publiez pas.' },
      moved: { title: 'Publication reportée', text: 'Elle n’est pas à publier maintenant. Elle est prévue {when}.' },
      given_back: { title: 'C’est noté', text: 'L’équipe sait que cette publication n’a pas pu paraître.' },
      closed: {
        title: 'Plus rien à faire ici',
        text: 'Cette publication ne vous est plus confiée : ne la publiez pas.',
      },
      stale: {
        title: 'Ce lien ne vaut plus rien',
        text: 'Il a plus de sept jours, ou il n’est pas complet. Demandez-en un autre à la personne qui vous l’a envoyé.',
      },
    },
    notices: {
      outdated:
        'Le texte a changé pendant que vous publiiez. Corrigez ce qui est en ligne d’après ce texte, puis confirmez.',
      taken: 'Cette adresse est déjà celle d’une autre publication. Vérifiez-la.',
      address:
        'Ce n’est pas une adresse de page. Copiez celle de la publication, qui commence par https://, ou laissez vide.',
      again: 'Cela n’a pas été enregistré. Essayez encore.',
    },
  },
  en: {
    heading: 'To publish on {network}',
    due: '{channel}, for {workspace}, due {when}.',
    paused: 'This channel is paused: ask before you publish.',
    edited: 'The text was edited after it was handed over to you. This is the latest version.',
    instructions: 'Instructions',
    title: 'Title',
    text: 'Text',
    part: 'Part {number}',
    link: 'Link',
    firstComment: 'First comment',
    wishes: 'Other settings',
    media: 'Media',
    save: 'Save {name}',
    alt: 'Alternative text',
    copy: 'Copy',
    copied: 'Copied',
    open: 'Open {network}',
    finish: 'Once it is published',
    address: 'Address of the post (optional)',
    addressHelp: 'With it Parvis finds the post and, where the network allows it, its comments and figures.',
    done: 'It is published',
    cannot: 'I could not publish it',
    why: 'Why?',
    undone: 'Report it',
    footer:
      'This link is good for seven days and opens this publication only. Pass it on only to whoever is to publish it.',
    ends: {
      published: { title: 'It is published', text: 'Thank you. Parvis now follows this publication like any other.' },
      untracked: {
        title: 'It is published',
        text: 'Thank you. Parvis keeps the address, but cannot read the figures of this post: they are entered by hand.',
      },
      unaddressed: {
        title: 'It is published',
        text: 'Thank you. Without an address, the figures of this post are entered by hand.',
      },
      cancelled: { title: 'Publication cancelled', text: 'It was cancelled: do not publish it.' },
      moved: { title: 'Publication moved', text: 'It is not to be published now. It is due {when}.' },
      given_back: { title: 'Noted', text: 'The team knows that this publication could not go out.' },
      closed: { title: 'Nothing left to do here', text: 'This publication is no longer yours: do not publish it.' },
      stale: {
        title: 'This link is good for nothing any more',
        text: 'It is older than seven days, or incomplete. Ask whoever sent it to you for another one.',
      },
    },
    notices: {
      outdated: 'The text changed while you were publishing. Correct what is live after this text, then confirm.',
      taken: 'This address is another publication’s already. Check it.',
      address: 'This is no address of a page. Copy that of the post, which begins with https://, or leave it empty.',
      again: 'That was not kept. Try once more.',
    },
  },
}
