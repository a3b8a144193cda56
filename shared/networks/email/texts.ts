import { defineTexts } from '../../i18n/index.ts'

export const emailTexts = defineTexts('email', {
  onlyAnswer: { en: 'By mail one can only answer.', fr: 'Par e-mail, on ne peut que répondre.' },
  noReplyAddress: {
    en: 'This letter has no address that could be answered.',
    fr: 'Ce message n’a pas d’adresse à laquelle répondre.',
  },
  addressRefused: {
    en: 'The mail server does not accept letters from {from}: {why}',
    fr: 'Le serveur de messagerie n’accepte pas les messages de {from} : {why}',
  },
  loginRefused: {
    en: '{host} does not accept this user and password: “{words}”. Connect the channel again.',
    fr: '{host} refuse cet utilisateur et ce mot de passe : « {words} ». Reconnectez le canal.',
  },
  noFolder: {
    en: 'The mailbox has no folder {folder}: “{words}”.',
    fr: 'La boîte n’a pas de dossier {folder} : « {words} ».',
  },
  mailboxNotNow: {
    en: '{host} cannot be read now: “{words}”.',
    fr: '{host} ne peut pas être lu pour le moment : « {words} ».',
  },
  issueGone: {
    en: 'The issue was handed over and is not there.',
    fr: 'L’envoi avait été préparé, mais il est introuvable.',
  },
  inDoubt: {
    en: 'Of {done} copies, {unknown} may or may not have arrived: the connection or the machine broke while they left. They are not sent again.',
    fr: 'Sur {done} e-mails, {unknown} {unknown|est peut-être arrivé|sont peut-être arrivés} : la connexion ou la machine s’est interrompue pendant leur envoi. Ils ne sont pas renvoyés.',
  },
  needsSubject: {
    en: 'A newsletter has a subject: give it a title.',
    fr: 'Une newsletter a un objet : donnez-lui un titre.',
  },
  needsList: { en: 'Say which list gets it.', fr: 'Indiquez la liste destinataire.' },
  subjectTooLong: {
    en: 'A subject has at most {max} characters; this one has {length}.',
    fr: 'Un objet compte {max} caractères au plus ; celui-ci en a {length}.',
  },
  subjectFolds: {
    en: 'Many mail programs show {shown} characters of a subject; this one has {length}.',
    fr: 'Beaucoup de messageries affichent {shown} caractères de l’objet ; celui-ci en compte {length}.',
  },
  clearPassword: {
    en: 'The password must not travel to {host} in clear. Choose tls or starttls: most servers take tls on port 465 or starttls on port 587.',
    fr: 'Le mot de passe ne doit pas être envoyé en clair à {host}. Choisissez tls ou starttls : la plupart des serveurs prennent tls sur le port 465 ou starttls sur le port 587.',
  },
  smtpNoEncryption: {
    en: 'The mail server offers no encryption here ({words}). Set smtpSecurity to tls, with smtpPort 465, or ask the provider for a port that takes STARTTLS, usually 587.',
    fr: 'Le serveur de messagerie ne propose pas de chiffrement ici ({words}). Réglez smtpSecurity sur tls, avec smtpPort 465, ou demandez au fournisseur un port qui accepte STARTTLS, en général 587.',
  },
  imapNoEncryption: {
    en: 'The mailbox of {host} offers no encryption on port {port}. Set imapSecurity to tls, with imapPort 993, or ask the provider for a port that takes STARTTLS, usually 143.',
    fr: 'La boîte aux lettres de {host} ne propose pas de chiffrement sur le port {port}. Réglez imapSecurity sur tls, avec imapPort 993, ou demandez au fournisseur un port qui accepte STARTTLS, en général 143.',
  },
  smtpLost: {
    en: 'The connection to the mail server was lost while it took the letter ({words}).',
    fr: 'La connexion au serveur de messagerie s’est interrompue pendant l’envoi ({words}).',
  },
  smtpUnreachable: {
    en: 'The mail server cannot be reached ({words}).',
    fr: 'Le serveur de messagerie est injoignable ({words}).',
  },
  smtpNotNow: {
    en: 'The mail server cannot take it now: {words}.',
    fr: 'Le serveur de messagerie ne peut pas l’accepter pour le moment : {words}.',
  },
  smtpLogin: {
    en: 'The mail server does not accept this user and password: {words}. Connect the channel again.',
    fr: 'Le serveur de messagerie refuse cet utilisateur et ce mot de passe : {words}. Reconnectez le canal.',
  },
  smtpQuota: {
    en: 'The sending quota of the mail server is used up: {words}.',
    fr: 'Le quota d’envoi du serveur de messagerie est épuisé : {words}.',
  },
  smtpWait: {
    en: 'The mail server asks to wait: {words}.',
    fr: 'Le serveur de messagerie demande d’attendre : {words}.',
  },
  senderRefused: {
    en: 'The mail server does not accept letters from this account or address: {words}.',
    fr: 'Le serveur de messagerie n’accepte pas les messages de ce compte ou de cette adresse : {words}.',
  },
  letterRefused: {
    en: 'The mail server refused the letter: {words}.',
    fr: 'Le serveur de messagerie a refusé le message : {words}.',
  },
  noTopics: {
    en: 'This deployment names no SNS topic that may report about its mail. Add its ARN as “topicArns” in the document of network email.',
    fr: 'Ce déploiement n’indique aucune rubrique SNS autorisée à rendre compte de ses e-mails. Ajoutez son ARN dans « topicArns » du document du réseau email.',
  },
  snsCertificate: {
    en: 'The certificate that SNS signs with is not valid now.',
    fr: 'Le certificat de signature de SNS n’est pas valable actuellement.',
  },
  otherTopic: {
    en: 'This topic may not report about mail here. Its ARN is missing in “topicArns” of network email.',
    fr: 'Cette rubrique SNS n’est pas autorisée à rendre compte des e-mails de ce déploiement. Son ARN manque dans « topicArns » du réseau email.',
  },
  snsSilent: {
    en: 'SNS did not answer. It will send this again.',
    fr: 'SNS n’a pas répondu. Il enverra ce message de nouveau.',
  },
  stopped: {
    en: '{reason} Copies sent: {sent}, not sent: {notSent}. Nobody was taken off the list for it. Once it is mended, retry: it goes on with those who have not had it.',
    fr: '{reason} E-mails envoyés : {sent}, non envoyés : {notSent}. Personne n’a été retiré de la liste. Une fois le problème réglé, réessayez : l’envoi reprend avec les personnes qui n’ont rien reçu.',
  },
  stoppedInDoubt: {
    en: '{reason} Copies sent: {sent}, {unknown} in doubt, not sent: {notSent}. Nobody was taken off the list for it. Once it is mended, retry: it goes on with those who have not had it.',
    fr: '{reason} E-mails envoyés : {sent}, incertains : {unknown}, non envoyés : {notSent}. Personne n’a été retiré de la liste. Une fois le problème réglé, réessayez : l’envoi reprend avec les personnes qui n’ont rien reçu.',
  },
})
