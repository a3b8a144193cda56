import { defineTexts } from '../i18n/define.ts'
import type { Message } from '../i18n/message.ts'
import type { ErrorKind } from '../kernel/errors.ts'

/** The `title` of a problem document, by its kind. */
const titles = defineTexts('http.title', {
  invalid: { en: 'The request cannot be understood', fr: 'La requête est illisible' },
  unauthenticated: { en: 'Authentication is needed', fr: 'Authentification requise' },
  forbidden: { en: 'Not allowed', fr: 'Accès refusé' },
  not_found: { en: 'Not found', fr: 'Introuvable' },
  method_not_allowed: { en: 'Method not allowed', fr: 'Méthode non autorisée' },
  conflict: { en: 'Conflict', fr: 'Conflit' },
  precondition_failed: {
    en: 'It has changed since you read it',
    fr: 'Modifié depuis votre dernière lecture',
  },
  too_large: { en: 'Too large', fr: 'Trop volumineux' },
  unsupported_media_type: { en: 'Unsupported content type', fr: 'Type de contenu non pris en charge' },
  unprocessable: { en: 'The content is refused', fr: 'Contenu refusé' },
  rate_limited: { en: 'Too many requests', fr: 'Trop de requêtes' },
  internal: { en: 'Something went wrong on our side', fr: 'Une erreur est survenue de notre côté' },
  unavailable: { en: 'Not available for the moment', fr: 'Indisponible pour le moment' },
} satisfies Readonly<Record<ErrorKind, unknown>>)

export const titleOf = (kind: ErrorKind): Message => titles[kind]()

export const problemTexts = defineTexts('http.problem', {
  internal: {
    en: 'Something went wrong on our side; it was logged. Mention {requestId} when you contact support.',
    fr: 'Une erreur est survenue de notre côté ; elle a été enregistrée. Indiquez {requestId} au support.',
  },
  timedOut: {
    en: 'The request took too long. It may or may not have been carried out: check, then try again.',
    fr: 'La requête a pris trop de temps. Elle a peut-être été exécutée : vérifiez avant de recommencer.',
  },
})
