import { defineTexts } from '../i18n/index.ts'

/** Of outgoing webhooks: their endpoints and deliveries. */
export const notifyingTexts = defineTexts('notifying', {
  endpointDisabled: { en: 'The endpoint is disabled.', fr: 'L’adresse est désactivée.' },
  goneDisabled: {
    en: 'The receiver answered 410: the endpoint no longer exists. It was disabled.',
    fr: 'Le récepteur a répondu 410 : l’adresse n’existe plus. Elle a été désactivée.',
  },
  triesFailed: {
    en: '{attempts} {attempts|try|tries} failed. The last: {why}',
    fr: '{attempts} {attempts|tentative a échoué|tentatives ont échoué}. La dernière : {why}',
  },
  answered: { en: 'The receiver answered {status}.', fr: 'Le récepteur a répondu {status}.' },
  replayDisabled: {
    en: 'The endpoint is disabled. Set its state to active, then replay.',
    fr: 'L’adresse est désactivée. Remettez-la à l’état « active », puis rejouez.',
  },
  underWay: {
    en: 'It is being delivered right now. Look at its log in a minute.',
    fr: 'Cette livraison est en cours. Consultez son journal dans une minute.',
  },
  tooManyEndpoints: {
    en: 'A workspace may have {max} endpoints. Remove one first.',
    fr: 'Un espace peut avoir {max} adresses. Retirez-en une d’abord.',
  },
  receiverGone: {
    en: 'Its receiver answered 410: it no longer exists.',
    fr: 'Son récepteur a répondu 410 : il n’existe plus.',
  },
  noneForFiveDays: {
    en: 'No delivery arrived for five days.',
    fr: 'Aucune livraison n’est arrivée depuis cinq jours.',
  },
  keepFailing: { en: 'Deliveries keep failing.', fr: 'Les livraisons échouent de façon répétée.' },
  mailUnderWay: {
    en: 'Another function is already sending this notification.',
    fr: 'Une autre fonction envoie déjà cette notification.',
  },
})
