import * as z from 'zod'
import { type Scope, scopes } from '../kernel/scopes.ts'

export const roleSchema = z.enum(['owner', 'manager', 'contributor', 'approver', 'viewer']).meta({
  description:
    '`owner`: everything. `manager`: everything but who belongs to the workspace and its settings. `contributor`: writes drafts, uploads media, answers mentions; others schedule and send what they write. `viewer`: reads. `approver`: reads, as a viewer does, until posts can be submitted for approval.',
})
export type Role = z.infer<typeof roleSchema>

const reading = scopes.filter(
  (scope) => scope.endsWith(':read') && scope !== 'audit:read' && scope !== 'endpoints:read',
)
const exchanging = ['mentions:write', 'metrics:write', 'notifications:write'] as const

/**
 * What each role may. Owners decide who belongs; managers run everything else; contributors write drafts and answer
 * mentions, and others let their drafts leave; viewers read. There are no approvals yet: an approver reads.
 */
export const roleScopes = {
  owner: scopes,
  manager: scopes.filter((scope) => scope !== 'workspace:write'),
  contributor: [...reading, ...exchanging, 'media:write', 'posts:write'],
  approver: reading,
  viewer: reading,
} as const satisfies Record<Role, readonly Scope[]>
