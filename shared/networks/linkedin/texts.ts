import { defineTexts } from '../../i18n/index.ts'

export const linkedinTexts = defineTexts('linkedin', {
  cannotHide: {
    en: 'LinkedIn lets no tool hide a comment. Delete it, or close the comments of the post on LinkedIn.',
    fr: 'LinkedIn ne permet pas de masquer un commentaire. Supprimez-le, ou fermez les commentaires du post sur LinkedIn.',
  },
  onlyDelete: {
    en: 'LinkedIn lets a page delete comments under its posts, nothing else.',
    fr: 'LinkedIn laisse une page supprimer les commentaires sous ses posts, rien d’autre.',
  },
  versionEnded: {
    en: 'LinkedIn no longer answers version {version} of its API: {words}. This Parvis must be updated.',
    fr: 'LinkedIn ne répond plus à la version {version} de son API : {words}. Mettez Parvis à jour.',
  },
  duplicate: {
    en: 'LinkedIn takes this for a post that is already there: {words}. Change the text, or wait a day or two.',
    fr: 'LinkedIn considère ce post comme déjà publié : {words}. Changez le texte, ou attendez un jour ou deux.',
  },
  sixtyDays: {
    en: 'The access to LinkedIn lasts 60 days and this app may not renew it by itself. Connect the page again.',
    fr: 'L’accès à LinkedIn dure 60 jours et cette application ne peut pas le renouveler seule. Reconnectez la page.',
  },
  aPage: { en: 'A LinkedIn page', fr: 'Une page LinkedIn' },
  aMember: { en: 'A LinkedIn member', fr: 'Un membre LinkedIn' },
  cardSlow: {
    en: 'LinkedIn takes too long over the picture of the card.',
    fr: 'LinkedIn met trop de temps à traiter l’image de la carte.',
  },
  noHashtag: {
    en: '{typed} is no hashtag on LinkedIn: it needs a letter.',
    fr: '{typed} n’est pas un hashtag sur LinkedIn : il lui faut une lettre.',
  },
  emptyHere: {
    en: 'Write something, or add a picture or a link.',
    fr: 'Écrivez un texte, ou ajoutez une image ou un lien.',
  },
  videoOrDocumentAlone: {
    en: 'On LinkedIn a video or a document stands alone: no other media beside it.',
    fr: 'Sur LinkedIn, une vidéo ou un document se publie seul, sans autre média.',
  },
  mediaOrCard: {
    en: 'On LinkedIn a post shows either media or the card of a link. Write the link into the text.',
    fr: 'Sur LinkedIn, un post montre soit des médias, soit la carte d’un lien. Écrivez le lien dans le texte.',
  },
  pollCard: { en: 'A poll shows no card of a link.', fr: 'Un sondage n’affiche pas la carte d’un lien.' },
  pollQuestion: {
    en: 'A poll on LinkedIn needs a question of {max} characters at most: give it as the title.',
    fr: 'Un sondage LinkedIn demande une question de {max} caractères au plus : indiquez-la comme titre.',
  },
  pollDuration: {
    en: 'A poll on LinkedIn is open for 1, 3, 7 or 14 days (1440, 4320, 10080 or 20160 minutes).',
    fr: 'Un sondage LinkedIn reste ouvert 1, 3, 7 ou 14 jours (1440, 4320, 10080 ou 20160 minutes).',
  },
})
