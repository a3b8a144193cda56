import { defineTexts } from '../../i18n/index.ts'

export const blueskyTexts = defineTexts('bluesky', {
  cannotDo: {
    en: 'Bluesky does not allow “{action}” on what others wrote: hide it instead.',
    fr: 'Bluesky ne permet pas l’action « {action} » sur ce que d’autres ont écrit : masquez-le plutôt.',
  },
  versionUnknown: {
    en: 'Parvis does not know which version of the post this is about. Answer it on Bluesky.',
    fr: 'Parvis ne sait pas à quelle version du post ce message se rapporte. Répondez sur Bluesky.',
  },
  hideOwnOnly: {
    en: 'Bluesky lets an account hide replies under its own posts only; this one is not under one.',
    fr: 'Bluesky ne laisse un compte masquer que les réponses sous ses propres posts ; celle-ci n’en fait pas partie.',
  },
  hiddenFull: {
    en: 'Bluesky hides {max} replies of a thread at most, and that many are hidden. Show one first.',
    fr: 'Bluesky masque {max} réponses par fil au plus, et ce nombre est atteint. Affichez-en une d’abord.',
  },
  gateChanged: {
    en: 'Others changed who may answer at the same time.',
    fr: 'Les réglages de réponse ont été modifiés au même moment.',
  },
  otherPost: {
    en: 'Another post stands where this one should be: {uri}.',
    fr: 'Un autre post se trouve là où celui-ci devrait être : {uri}.',
  },
  tagTooLong: { en: 'A tag has at most {max} characters.', fr: 'Un tag compte {max} caractères au plus.' },
  ownWarnings: {
    en: 'Bluesky has warnings of its own: {values}.',
    fr: 'Bluesky a ses propres avertissements : {values}.',
  },
  tooManyBytes: {
    en: 'Bluesky takes {max} bytes; this text has {bytes}, though only {length} characters: composed emoji weigh most.',
    fr: 'Bluesky accepte {max} octets ; ce texte en compte {bytes}, pour {length} caractères seulement : les emoji composés pèsent le plus.',
  },
  ownPassword: {
    en: 'This is the account’s own password, which asks for a code by email. Create an app password under Settings → Privacy and security.',
    fr: 'C’est le mot de passe du compte, qui demande un code par e-mail. Créez un mot de passe d’application dans Paramètres → Confidentialité et sécurité.',
  },
  passwordRefused: {
    en: '{host} does not accept this handle and app password: {words}. Create an app password under Settings → Privacy and security.',
    fr: '{host} refuse ce pseudonyme et ce mot de passe d’application : {words}. Créez un mot de passe d’application dans Paramètres → Confidentialité et sécurité.',
  },
  passwordUnreadable: {
    en: '{host} cannot read this handle and app password: {words}.',
    fr: '{host} ne peut pas lire ce pseudonyme et ce mot de passe d’application : {words}.',
  },
  passwordEnded: {
    en: 'Bluesky no longer accepts the app password of {identifier}: {words}. Create a new one and connect the channel again.',
    fr: 'Bluesky n’accepte plus le mot de passe d’application de {identifier} : {words}. Créez-en un nouveau et reconnectez le canal.',
  },
  videoUnreadable: {
    en: 'Bluesky’s video service gave an unreadable answer.',
    fr: 'Le service vidéo de Bluesky a donné une réponse illisible.',
  },
  noVideoNow: {
    en: 'Bluesky takes no video from this account now: “{words}”.',
    fr: 'Bluesky n’accepte pas de vidéo de ce compte pour le moment : « {words} ».',
  },
  videoToken: {
    en: 'Bluesky’s video service did not accept its token: {words}.',
    fr: 'Le service vidéo de Bluesky a refusé son jeton : {words}.',
  },
  videoUnusable: {
    en: 'Bluesky cannot use this video: “{words}”. Save it again as MP4 (H.264, AAC).',
    fr: 'Bluesky ne peut pas utiliser cette vidéo : « {words} ». Réenregistrez-la en MP4 (H.264, AAC).',
  },
  videoLost: {
    en: 'Bluesky’s video service lost an upload, which is sent again: {words}.',
    fr: 'Le service vidéo de Bluesky a perdu un téléversement, qui est renvoyé : {words}.',
  },
})
