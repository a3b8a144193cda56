import { defineTexts } from '../i18n/index.ts'

export const workspacesTexts = defineTexts('workspaces', {
  cannotGive: {
    en: 'You cannot give what you do not have: {scopes}.',
    fr: 'Vous ne pouvez pas donner ce que vous n’avez pas : {scopes}.',
  },
  emailTaken: {
    en: '{email} already belongs to somebody in this workspace.',
    fr: '{email} appartient déjà à quelqu’un de cet espace.',
  },
  roleAbove: {
    en: 'The role {role} has more rights than yours: ask an owner.',
    fr: 'Le rôle {role} donne plus de droits que le vôtre : demandez à un propriétaire.',
  },
  lastOwner: {
    en: 'This is the last owner. Make somebody else an owner first.',
    fr: 'C’est le dernier propriétaire. Désignez-en d’abord un autre.',
  },
  keyAboveYours: {
    en: 'This key has permissions that yours does not ({scopes}). Ask an owner to revoke it.',
    fr: 'Cette clé a des permissions que la vôtre n’a pas ({scopes}). Demandez à un propriétaire de la révoquer.',
  },
  lastOwnerKey: {
    en: 'This is the last key with all permissions: without it nobody could create another. Create a new one with all scopes first, then revoke this one.',
    fr: 'C’est la dernière clé qui a toutes les permissions : sans elle, personne ne pourrait en créer d’autre. Créez-en d’abord une avec toutes les permissions, puis révoquez celle-ci.',
  },
  noZone: {
    en: 'There is no such time zone. Use a name of the IANA list, such as Europe/Paris.',
    fr: 'Ce fuseau horaire n’existe pas. Utilisez un nom de la liste IANA, par exemple Europe/Paris.',
  },
  languageTag: {
    en: 'A language tag, such as fr, en or pt-BR.',
    fr: 'Un code de langue, par exemple fr, en ou pt-BR.',
  },
  countryCode: {
    en: 'Two capital letters (ISO 3166-1), such as FR.',
    fr: 'Deux lettres majuscules (ISO 3166-1), par exemple FR.',
  },
  firstKey: { en: 'First key', fr: 'Première clé' },
  recoveryKey: { en: 'Recovery key', fr: 'Clé de secours' },
})
