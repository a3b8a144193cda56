import { defineTexts } from './define.ts'

/** What several contexts answer in the same case. */
export const commonTexts = defineTexts('common', {
  stale: {
    en: 'It has changed since you read it: it is now at version {version}. Read it again.',
    fr: 'Cet élément a changé depuis votre dernière lecture : il en est à la version {version}. Relisez-le.',
  },
  changedMeanwhile: {
    en: 'Somebody else changed it at the same moment. Read it again, then change it.',
    fr: 'Quelqu’un d’autre l’a modifié au même moment. Relisez-le avant de le modifier.',
  },
  keptChanging: {
    en: 'It kept changing while this was tried. Nothing was changed: read it and try again.',
    fr: 'Il a changé à plusieurs reprises pendant l’opération. Rien n’a été modifié : relisez-le et réessayez.',
  },
  changeRefused: {
    en: 'What this change would leave is not valid: see problems.',
    fr: 'Le résultat de cette modification n’est pas valide : voyez le détail des problèmes.',
  },
  tooManyChanges: {
    en: 'This changes more than can be written at once. Nothing was changed: change fewer things at a time.',
    fr: 'Cela fait plus de modifications qu’il n’est possible d’en enregistrer en une fois. Rien n’a été modifié : changez moins de choses à la fois.',
  },
  keyInUse: {
    en: 'Another request with this Idempotency-Key came first. Send it again to get its answer.',
    fr: 'Une autre requête portant la même Idempotency-Key est arrivée avant. Renvoyez-la pour obtenir sa réponse.',
  },
  noChannel: {
    en: 'There is no channel {id} in this workspace.',
    fr: 'Il n’y a pas de canal {id} dans cet espace.',
  },
  fromAfterTo: {
    en: '`from` is after `to`: no instant lies between them.',
    fr: '`from` est postérieur à `to` : la période est vide.',
  },
  notFound: {
    en: 'There is no {what} {id} in this workspace.',
    fr: '{what?publication=La publication|person=La personne|connection=La connexion|mention=La mention|raw form of mention=La version brute de la mention|list=La liste|delivery=La livraison|notification=La notification|API key=La clé d’API|post=Le post|channel=Le canal|medium=Le média|subscriber=L’abonné|workspace=L’espace|webhook endpoint=L’adresse de webhook|network=Le réseau|link=Le lien|issue=L’envoi|L’élément} {id} n’existe pas dans cet espace.',
  },
})
