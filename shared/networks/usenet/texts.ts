import { defineTexts } from '../../i18n/index.ts'

export const usenetTexts = defineTexts('usenet', {
  onlyAnswer: { en: 'On Usenet one can only answer.', fr: 'Sur Usenet, on ne peut que répondre.' },
  noGroup: {
    en: '{host} has no group {group}. Check how it is written.',
    fr: '{host} n’a pas de groupe {group}. Vérifiez son orthographe.',
  },
  readOnlyGroup: { en: '{group} takes no articles on {host}.', fr: '{group} n’accepte pas d’articles sur {host}.' },
  failedWhile: {
    en: 'The news server failed while it took the article: “{line}”.',
    fr: 'Le serveur Usenet a échoué pendant la réception de l’article : « {line} ».',
  },
  seenBefore: {
    en: 'The news server saw this article before and does not hold it: it refused it then, or somebody cancelled it (“{line}”). Change the text to post it as a new one.',
    fr: 'Le serveur Usenet a déjà vu cet article et ne le conserve pas : il l’a refusé alors, ou quelqu’un l’a annulé (« {line} »). Changez le texte pour le publier comme un nouvel article.',
  },
  moderated: {
    en: '{group} is moderated: an article that was accepted is not visible before a moderator lets it through.',
    fr: '{group} est modéré : un article accepté n’est visible qu’une fois validé par un modérateur.',
  },
  needsSubject: {
    en: 'An article has a subject: give it a title.',
    fr: 'Un article a un objet : donnez-lui un titre.',
  },
  subjectTooLong: {
    en: 'A subject has at most {max} characters; this one has {length}.',
    fr: 'Un objet compte {max} caractères au plus ; celui-ci en a {length}.',
  },
  noEncryption: {
    en: '{host} offers no encryption on this port (“{line}”). Set security to tls, with port 563, or ask the provider for a port that takes STARTTLS.',
    fr: '{host} ne propose pas de chiffrement sur ce port (« {line} »). Réglez security sur tls, avec le port 563, ou demandez au fournisseur un port qui accepte STARTTLS.',
  },
  clearPassword: {
    en: 'The password must not travel to {host} in clear. Choose tls (port 563) or starttls.',
    fr: 'Le mot de passe ne doit pas être envoyé en clair à {host}. Choisissez tls (port 563) ou starttls.',
  },
  asksToWait: {
    en: 'The news server asks to wait: {words}.',
    fr: 'Le serveur Usenet demande d’attendre : {words}.',
  },
  notNow: {
    en: 'The news server cannot work now: {words}.',
    fr: 'Le serveur Usenet est indisponible pour le moment : {words}.',
  },
  loginRefused: {
    en: 'The news server does not accept this user and password: {words}. Connect the channel again.',
    fr: 'Le serveur Usenet refuse cet utilisateur et ce mot de passe : {words}. Reconnectez le canal.',
  },
  notAllowed: {
    en: 'The news server does not allow this account to do that: {words}.',
    fr: 'Le serveur Usenet ne permet pas cette opération à ce compte : {words}.',
  },
  articleRefused: {
    en: 'The news server refused the article: {words}.',
    fr: 'Le serveur Usenet a refusé l’article : {words}.',
  },
  hostLogin: {
    en: '{host} does not accept this user and password: “{line}”.',
    fr: '{host} refuse cet utilisateur et ce mot de passe : « {line} ».',
  },
  hostRefused: { en: '{host} refused: “{line}”.', fr: '{host} a refusé : « {line} ».' },
  hostNotNow: {
    en: '{host} cannot answer now: “{line}”. Try again in a few minutes.',
    fr: '{host} est indisponible pour le moment : « {line} ». Réessayez dans quelques minutes.',
  },
  articleTooLarge: {
    en: '{host} sends an article that is too large.',
    fr: '{host} envoie un article trop volumineux.',
  },
  gaveUp: { en: 'The call was given up.', fr: 'L’appel a été abandonné.' },
  connectionCut: { en: '{host} cut the connection ({words}).', fr: '{host} a coupé la connexion ({words}).' },
  connectionClosed: {
    en: '{host} closed the connection without an answer.',
    fr: '{host} a fermé la connexion sans répondre.',
  },
  noAnswerWithin: { en: '{host} did not answer within {seconds} s.', fr: '{host} n’a pas répondu en {seconds} s.' },
  answerByMail: {
    en: 'The author asks for answers by mail, not in the group: write to {handle}.',
    fr: 'L’auteur demande des réponses par e-mail, pas dans le groupe : écrivez à {handle}.',
  },
  answerByMailUnknown: {
    en: 'The author asks for answers by mail, not in the group: write to the address of the article.',
    fr: 'L’auteur demande des réponses par e-mail, pas dans le groupe : écrivez à l’adresse de l’article.',
  },
})
