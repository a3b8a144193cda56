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

export const httpTexts = defineTexts('http', {
  noField: { en: 'This field does not exist.', fr: 'Ce champ n’existe pas.' },
  seeProblems: {
    en: '{count} {count|field is|fields are} not as expected: see problems.',
    fr: '{count} {count|champ n’est pas conforme|champs ne sont pas conformes} : voyez le détail des problèmes.',
  },
  wrongType: {
    en: 'The body is of type {type}. Send JSON, with Content-Type: application/json.',
    fr: 'Le corps est de type {type}. Envoyez du JSON, avec Content-Type: application/json.',
  },
  noType: {
    en: 'The body has no Content-Type. Send JSON, with Content-Type: application/json.',
    fr: 'Le corps n’a pas de Content-Type. Envoyez du JSON, avec Content-Type: application/json.',
  },
  notUtf8: {
    en: 'The body is not UTF-8: the byte {byte} stands at position {at}. Save or send the text as UTF-8.',
    fr: 'Le corps n’est pas en UTF-8 : l’octet {byte} se trouve en position {at}. Enregistrez ou envoyez le texte en UTF-8.',
  },
  internal: {
    en: 'Something went wrong on our side; it was logged. Mention {requestId} when you contact support.',
    fr: 'Une erreur est survenue de notre côté ; elle a été enregistrée. Indiquez {requestId} au support.',
  },
  timedOut: {
    en: 'The request took too long. It may or may not have been carried out: check, then try again.',
    fr: 'La requête a pris trop de temps. Elle a peut-être été exécutée : vérifiez avant de recommencer.',
  },
  cursorOfOther: {
    en: 'This cursor does not belong to this list. Start again without it, with the same filters.',
    fr: 'Ce curseur n’est pas celui de cette liste. Recommencez sans lui, avec les mêmes filtres.',
  },
  cursorExpired: {
    en: 'This cursor has expired: it is valid for a day. Start again without it.',
    fr: 'Ce curseur a expiré : il vaut un jour. Recommencez sans lui.',
  },
  ifMatch: {
    en: 'If-Match takes the ETag of the last answer as it is, with its quotes, like "3".',
    fr: 'If-Match prend l’ETag de la dernière réponse tel quel, guillemets compris, comme "3".',
  },
  formTooLarge: { en: 'The form is larger than {max:bytes}.', fr: 'Le formulaire dépasse {max:bytes}.' },
  nulInForm: { en: 'A field holds a NUL character. Remove it.', fr: 'Un champ contient un caractère NUL. Retirez-le.' },
  missingCredentials: {
    en: 'Send an API key or a token: Authorization: Bearer parvis_key_…',
    fr: 'Envoyez une clé d’API ou un jeton : Authorization: Bearer parvis_key_…',
  },
  bearer: {
    en: 'The Authorization header must read: Bearer, a space, then the key or token.',
    fr: 'L’en-tête Authorization doit être : Bearer, une espace, puis la clé ou le jeton.',
  },
  noSuchKey: {
    en: 'This API key does not exist or was revoked.',
    fr: 'Cette clé d’API n’existe pas ou a été révoquée.',
  },
  noSignIn: {
    en: 'This is not an API key, and no sign-in is configured here.',
    fr: 'Ce n’est pas une clé d’API, et aucune connexion n’est configurée ici.',
  },
  workspaceRequired: {
    en: 'You belong to several workspaces. Name one in the header Parvis-Workspace.',
    fr: 'Vous appartenez à plusieurs espaces. Indiquez-en un dans l’en-tête Parvis-Workspace.',
  },
  missingScope: {
    en: 'This needs the scope {scope}, which {name} does not have.',
    fr: 'Cette opération demande la permission {scope}, que {name} n’a pas.',
  },
  notAMember: {
    en: 'You do not belong to this workspace. Ask one of its owners to add you.',
    fr: 'Vous n’appartenez pas à cet espace. Demandez à l’un de ses propriétaires de vous y ajouter.',
  },
  unusableText: {
    en: 'A text holds a NUL character or half of a surrogate pair (often a cut emoji). Remove it.',
    fr: 'Un texte contient un caractère NUL ou une moitié de paire de substitution (souvent un emoji coupé). Retirez-le.',
  },
  unusableName: {
    en: 'No field can be called {name}. Give it another name.',
    fr: 'Aucun champ ne peut s’appeler {name}. Donnez-lui un autre nom.',
  },
  numberTooLarge: {
    en: 'A number is larger than 9007199254740991. Send it as a text.',
    fr: 'Un nombre dépasse 9007199254740991. Envoyez-le sous forme de texte.',
  },
  numberTooSmall: {
    en: 'A number is too close to zero: 0, or at least 1e-130, such as 0.5.',
    fr: 'Un nombre est trop proche de zéro : 0, ou au moins 1e-130, par exemple 0.5.',
  },
  tooDeep: { en: 'The JSON is nested deeper than {max} levels.', fr: 'Le JSON a plus de {max} niveaux d’imbrication.' },
  malformedJson: {
    en: 'The body is not valid JSON: check quotes, commas and brackets.',
    fr: 'Le corps n’est pas un JSON valide : vérifiez guillemets, virgules et crochets.',
  },
  bodyTooLarge: {
    en: 'The body is larger than {max:bytes}. Upload media through /v1/media.',
    fr: 'Le corps dépasse {max:bytes}. Téléversez les médias par /v1/media.',
  },
  tokenOfNobody: { en: 'This token does not say whose it is.', fr: 'Ce jeton ne dit pas à qui il appartient.' },
  tokenOfOther: {
    en: 'This token was issued for another application.',
    fr: 'Ce jeton a été émis pour une autre application.',
  },
  tokenExpired: { en: 'This token has expired. Sign in again.', fr: 'Ce jeton a expiré. Reconnectez-vous.' },
  tokenClaim: {
    en: 'The claim {claim} of this token does not have the expected value.',
    fr: 'Le champ {claim} de ce jeton n’a pas la valeur attendue.',
  },
  tokenIssuer: {
    en: 'This token does not come from the configured issuer.',
    fr: 'Ce jeton ne vient pas de l’émetteur configuré.',
  },
  issuerUnreachable: {
    en: 'The sign-in service cannot be reached at the moment. Try again in a moment.',
    fr: 'Le service de connexion est injoignable pour l’instant. Réessayez dans un instant.',
  },
  tooManyRequests: {
    en: 'This workspace may send {max} requests a minute. Wait before you go on.',
    fr: 'Cet espace peut envoyer {max} requêtes par minute. Attendez avant de continuer.',
  },
  invalidKey: {
    en: 'Idempotency-Key takes 1 to 255 printable ASCII characters, such as a UUID.',
    fr: 'Idempotency-Key prend de 1 à 255 caractères ASCII imprimables, par exemple un UUID.',
  },
  keyReused: {
    en: 'This Idempotency-Key was used for another request. Take a new key for each creation, and repeat it only to repeat the same request.',
    fr: 'Cette Idempotency-Key a servi à une autre requête. Prenez une nouvelle clé par création, et ne la répétez que pour répéter la même requête.',
  },
  noSuchRoute: {
    en: 'There is nothing at this address. /docs lists what there is.',
    fr: 'Il n’y a rien à cette adresse. Voyez la liste dans /docs.',
  },
  methods: { en: 'This address takes {methods}.', fr: 'Cette adresse accepte {methods}.' },
  oneCursor: { en: 'Send one cursor only.', fr: 'N’envoyez qu’un curseur.' },
  nothingThere: { en: 'This does not exist in this workspace.', fr: 'Cet élément n’existe pas dans cet espace.' },
  noParameter: { en: 'This parameter does not exist.', fr: 'Ce paramètre n’existe pas.' },
  limitRange: {
    en: 'A whole number from 1 to {max}, such as 25.',
    fr: 'Un nombre entier de 1 à {max}, par exemple 25.',
  },
  required: { en: 'This field is required.', fr: 'Ce champ est obligatoire.' },
})
