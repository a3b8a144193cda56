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
})
