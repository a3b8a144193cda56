import { defineTexts } from '../../i18n/index.ts'

/** Of the page where a person publishes by hand what was handed over to them. */
export const handoverTexts = defineTexts('handover', {
  heading: { en: 'To publish on {network}', fr: 'À publier sur {network}' },
  due: {
    en: 'Due {when}, on the channel “{channel}” ({workspace}).',
    fr: 'Publication prévue {when}, sur le canal « {channel} » ({workspace}).',
  },
  paused: {
    en: 'This channel is paused: ask the team before you publish.',
    fr: 'Ce canal est en pause : demandez à l’équipe avant de publier.',
  },
  edited: {
    en: 'The post was edited after it was handed over to you. This is the latest version.',
    fr: 'Le texte a été modifié depuis qu’il vous a été confié. Voici la dernière version.',
  },
  instructions: { en: 'Instructions', fr: 'Consignes' },
  title: { en: 'Title', fr: 'Titre' },
  text: { en: 'Text', fr: 'Texte' },
  part: { en: 'Part {number}', fr: 'Partie {number}' },
  link: { en: 'Link', fr: 'Lien' },
  firstComment: { en: 'First comment', fr: 'Premier commentaire' },
  options: { en: 'Other settings', fr: 'Autres réglages' },
  option: { en: '{name}: {value}', fr: '{name} : {value}' },
  media: { en: 'Media', fr: 'Médias' },
  save: { en: 'Save {name}', fr: 'Enregistrer {name}' },
  alt: { en: 'Alternative text', fr: 'Texte alternatif' },
  copy: { en: 'Copy', fr: 'Copier' },
  copied: { en: 'Copied', fr: 'Copié' },
  open: { en: 'Open {network}', fr: 'Ouvrir {network}' },
  finish: { en: 'Once it is published', fr: 'Une fois la publication en ligne' },
  address: { en: 'Address of the post (optional)', fr: 'Adresse de la publication (facultatif)' },
  addressHelp: {
    en: 'With it Parvis finds the post and, where the network allows it, its comments and figures.',
    fr: 'Elle permet à Parvis de retrouver la publication et, si le réseau le permet, ses commentaires et ses statistiques.',
  },
  done: { en: 'It is published', fr: 'C’est publié' },
  cannot: { en: 'I could not publish it', fr: 'Je n’ai pas pu publier' },
  why: { en: 'Why?', fr: 'Pourquoi ?' },
  undone: { en: 'Report it', fr: 'Signaler à l’équipe' },
  footer: {
    en: 'This link is valid for seven days and opens this publication only. Share it only with the person who is to publish it.',
    fr: 'Ce lien est valable sept jours et n’ouvre que cette publication. Ne le transmettez qu’à la personne chargée de la publier.',
  },
})

/** What the page says instead, by what became of the publication. */
export type PageEnd =
  | 'published'
  | 'untracked'
  | 'unaddressed'
  | 'cancelled'
  | 'moved'
  | 'given_back'
  | 'closed'
  | 'stale'

export const endTitles = defineTexts('handover.title', {
  published: { en: 'It is published', fr: 'C’est publié' },
  untracked: { en: 'It is published', fr: 'C’est publié' },
  unaddressed: { en: 'It is published', fr: 'C’est publié' },
  cancelled: { en: 'Publication cancelled', fr: 'Publication annulée' },
  moved: { en: 'Publication moved', fr: 'Publication reportée' },
  given_back: { en: 'The team was told', fr: 'L’équipe est prévenue' },
  closed: { en: 'Nothing left to do here', fr: 'Vous n’avez plus rien à faire ici' },
  stale: { en: 'This link is no longer valid', fr: 'Ce lien n’est plus valable' },
})

/** `when`: of a publication that was moved. */
export const endTexts = defineTexts('handover.end', {
  published: {
    en: 'Thank you. Parvis now follows this publication like any other.',
    fr: 'Merci ! Parvis suit désormais cette publication comme les autres.',
  },
  untracked: {
    en: 'Thank you. Parvis keeps the address, but cannot read the figures of this post: they are entered by hand.',
    fr: 'Merci ! L’adresse est enregistrée, mais Parvis ne peut pas lire les statistiques de cette publication : elles se saisissent à la main.',
  },
  unaddressed: {
    en: 'Thank you. Without an address, the figures of this post are entered by hand.',
    fr: 'Merci ! Sans adresse, les statistiques de cette publication se saisissent à la main.',
  },
  cancelled: {
    en: 'The team cancelled it: do not publish it.',
    fr: 'L’équipe l’a annulée : ne la publiez pas.',
  },
  given_back: {
    en: 'It knows that this publication is not online.',
    fr: 'Elle sait que cette publication n’est pas en ligne.',
  },
  closed: {
    en: 'This publication is no longer yours to publish: do not publish it.',
    fr: 'Cette publication ne vous est plus confiée : ne la publiez pas.',
  },
  stale: {
    en: 'It is more than seven days old, or incomplete. Ask the person who sent it to you for a new one.',
    fr: 'Il date de plus de sept jours, ou il est incomplet. Demandez-en un nouveau à la personne qui vous l’a envoyé.',
  },
  moved: {
    en: 'Do not publish it now: it is due {when}.',
    fr: 'Ne la publiez pas maintenant : elle est prévue {when}.',
  },
})

/** Above the page's form, after one that was not taken. */
export const noticeTexts = defineTexts('handover.notice', {
  outdated: {
    en: 'The post was edited while you were publishing. Correct what is online to match this version, then confirm.',
    fr: 'Le texte a changé pendant que vous publiiez. Corrigez ce qui est en ligne d’après cette version, puis confirmez.',
  },
  again: { en: 'It was not saved. Try again.', fr: 'L’enregistrement a échoué. Réessayez.' },
})
export type Notice = keyof typeof noticeTexts

/** Beside the field of the address. */
export const addressTexts = defineTexts('handover.address', {
  taken: {
    en: 'This address already belongs to another publication. Check it.',
    fr: 'Cette adresse est déjà celle d’une autre publication. Vérifiez-la.',
  },
  address: {
    en: 'This is not the address of a page. Copy the address of the post, which begins with https://, or leave the field empty.',
    fr: 'Ce n’est pas l’adresse d’une page. Copiez celle de la publication, qui commence par https://, ou laissez le champ vide.',
  },
})
