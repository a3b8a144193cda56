import { defineTexts } from '../../i18n/index.ts'

export const wordpressTexts = defineTexts('wordpress', {
  articleUnknown: {
    en: 'Nobody knows which article this is under: answer it on the site.',
    fr: 'L’article de ce commentaire est inconnu : répondez sur le site.',
  },
  commentTwice: {
    en: 'WordPress has this comment already: “{words}”.',
    fr: 'WordPress a déjà ce commentaire : « {words} ».',
  },
  commentWait: {
    en: 'WordPress asks to wait between comments: “{words}”.',
    fr: 'WordPress demande d’attendre entre deux commentaires : « {words} ».',
  },
  fileRefused: {
    en: 'WordPress does not accept this file: “{words}”.',
    fr: 'WordPress n’accepte pas ce fichier : « {words} ».',
  },
  lacksRight: {
    en: '{name} may not do what Parvis needs on {host} (“{right}”). Give this user the role Author, or Editor for comments too.',
    fr: '{name} n’a pas les droits dont Parvis a besoin sur {host} (« {right} »). Donnez à cet utilisateur le rôle Auteur, ou Éditeur pour gérer aussi les commentaires.',
  },
  notWordpress: {
    en: '{host} does not answer like a WordPress site. Check the address; a security plugin may have closed its REST API.',
    fr: '{host} ne répond pas comme un site WordPress. Vérifiez l’adresse ; une extension de sécurité a peut-être fermé son API REST.',
  },
  draftChanged: {
    en: 'Somebody changed the draft on the site, or it is no longer a draft.',
    fr: 'Quelqu’un a modifié le brouillon sur le site, ou ce n’est plus un brouillon.',
  },
  draftGone: {
    en: 'The draft of this article was deleted on the site. It is made again.',
    fr: 'Le brouillon de cet article a été supprimé sur le site. Il va être recréé.',
  },
  keptAs: {
    en: 'WordPress keeps the article as “{status}”: this user may not publish. A person has to approve it on the site.',
    fr: 'WordPress conserve l’article comme « {status} » : cet utilisateur ne peut pas publier. Quelqu’un doit l’approuver sur le site.',
  },
  noSeo: {
    en: 'WordPress itself keeps no title for search engines. Name the plugin that does in the channel’s settings (seo: yoast or rankmath), or leave it out.',
    fr: 'WordPress ne gère pas lui-même de titre pour les moteurs de recherche. Indiquez l’extension qui le fait dans les réglages du canal (seo : yoast ou rankmath), ou laissez-le vide.',
  },
})
