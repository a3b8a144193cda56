import { defineTexts } from '../../i18n/index.ts'

export const httpTexts = defineTexts('http', {
  noAddress: { en: 'The host {host} has no address.', fr: 'L’hôte {host} n’a pas d’adresse.' },
  gaveUpConnecting: {
    en: 'The call was given up while connecting.',
    fr: 'L’appel a été abandonné pendant la connexion.',
  },
  closedEarly: {
    en: 'The connection was closed before it was ready.',
    fr: 'La connexion a été fermée avant d’être prête.',
  },
  privateHost: {
    en: 'The host {host} leads to a private or reserved address, which Parvis does not connect to.',
    fr: 'L’hôte {host} mène à une adresse privée ou réservée, à laquelle Parvis ne se connecte pas.',
  },
  badName: { en: '“{host}” is not the name of a server.', fr: '« {host} » n’est pas un nom de serveur.' },
  noTls: {
    en: 'No secure connection to {name} could be made ({code}).',
    fr: 'Aucune connexion sécurisée avec {name} n’a pu être établie ({code}).',
  },
  notReached: { en: '{name} could not be reached ({code}).', fr: '{name} n’a pas pu être joint ({code}).' },
  closedEarlyBy: {
    en: '{name} closed the connection before it was ready.',
    fr: '{name} a fermé la connexion avant qu’elle soit prête.',
  },
  noAnswerWithin: { en: '{name} did not answer within {seconds} s.', fr: '{name} n’a pas répondu en {seconds} s.' },
  asksToWait: { en: 'The network asks to wait (HTTP {status}).', fr: 'Le réseau demande d’attendre (HTTP {status}).' },
  failed: {
    en: 'The network failed on its side (HTTP {status}).',
    fr: 'Le réseau a rencontré une erreur de son côté (HTTP {status}).',
  },
  andSaid: { en: '{why} {network} said: {words}.', fr: '{why} Réponse de {network} : {words}.' },
  permissionMissing: {
    en: 'This access may not do what Parvis needs: {words}. Give it every scope that its page in docs/networks names.',
    fr: 'Cet accès n’a pas les droits dont Parvis a besoin : {words}. Donnez-lui toutes les autorisations indiquées sur sa page dans docs/networks.',
  },
  accessRefused: { en: '{network} does not accept this access: {words}.', fr: '{network} refuse cet accès : {words}.' },
  hostUnknown: { en: 'The host {name} could not be found ({code}).', fr: 'L’hôte {name} est introuvable ({code}).' },
  dnsSilent: {
    en: 'The name servers did not answer for the host {name} ({code}).',
    fr: 'Les serveurs de noms n’ont pas répondu pour l’hôte {name} ({code}).',
  },
  noWholeAnswer: {
    en: 'No complete answer came within {seconds} s.',
    fr: 'Aucune réponse complète n’est arrivée en {seconds} s.',
  },
  gaveUp: { en: 'The call was given up.', fr: 'L’appel a été abandonné.' },
  tooManyRedirects: { en: '{host} redirected more than {max} times.', fr: '{host} a redirigé plus de {max} fois.' },
  badRequest: { en: 'The request cannot be made: {words}', fr: 'La requête ne peut pas être formée : {words}' },
  answerTooLarge: { en: 'The answer of {host} is too large.', fr: 'La réponse de {host} est trop volumineuse.' },
  answerCut: { en: '{host} did not answer in full ({words}).', fr: '{host} n’a pas répondu en entier ({words}).' },
  hostNotReached: { en: '{host} could not be reached ({words}).', fr: '{host} n’a pas pu être joint ({words}).' },
  badUrl: {
    en: 'This is not an address of the form https://host/path.',
    fr: 'Ce n’est pas une adresse de la forme https://host/path.',
  },
  needsHttps: { en: 'The address {url} must begin with https://.', fr: 'L’adresse {url} doit commencer par https://.' },
  urlPassword: {
    en: 'An address must not hold a user name or password.',
    fr: 'Une adresse ne doit contenir ni nom d’utilisateur ni mot de passe.',
  },
  noSecureConnection: {
    en: 'No secure connection could be made ({words}).',
    fr: 'Aucune connexion sécurisée n’a pu être établie ({words}).',
  },
})
