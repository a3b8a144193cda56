import * as z from 'zod'
import { type Scope, scopes } from '../kernel/scopes.ts'

export const roleSchema = z.enum(['owner', 'manager', 'contributor', 'approver', 'viewer'])
export type Role = z.infer<typeof roleSchema>

const reading = scopes.filter(
  (scope) => scope.endsWith(':read') && scope !== 'audit:read' && scope !== 'endpoints:read',
)
const exchanging = ['mentions:write', 'metrics:write', 'notifications:write'] as const

/**
 * What each role may. Owners decide who belongs; managers run everything else; contributors write and answer; approvers
 * read and decide on posts; viewers read.
 */
export const roleScopes = {
  owner: scopes,
  manager: scopes.filter((scope) => scope !== 'workspace:write'),
  contributor: [...reading, ...exchanging, 'media:write', 'posts:write'],
  approver: [...reading, 'notifications:write', 'posts:write'],
  viewer: reading,
} as const satisfies Record<Role, readonly Scope[]>
