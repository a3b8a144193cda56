import { type Actor, auditWrite } from '../aws/audit.ts'
import { changedMeanwhile, fenceFailed, staleVersion } from '../aws/commit.ts'
import { type Idempotency, remember } from '../aws/idempotency.ts'
import { keys, listed, listPartition } from '../aws/keys.ts'
import type { Page, Position, Write } from '../aws/table.ts'
import { iso } from '../kernel/clock.ts'
import { AppError, notFound } from '../kernel/errors.ts'
import { newId } from '../kernel/ids.ts'
import { keyInUse, type WorkspaceParts } from './parts.ts'
import { type Role, roleScopes } from './roles.ts'
import { workspacesTexts } from './texts.ts'
import { invitedSubject, type NewUser, storedUser, type User, type UserChange, userSchema } from './user.ts'

/** Who changes people: nobody gives or takes a role that may more than they do. */
export interface Changer {
  readonly actor: Actor
  readonly scopes: ReadonlySet<string>
}

/** The people of the workspaces. The workspace counts its owners, so that two leaving at once cannot both be the last but one. */
export class Users {
  readonly #parts: WorkspaceParts

  constructor(parts: WorkspaceParts) {
    this.#parts = parts
  }

  /** Invites a person by address. Throws `conflict` if the address is taken in this workspace. */
  async add(workspaceId: string, by: Changer, wanted: NewUser, idempotency?: Idempotency): Promise<User> {
    demandRole(by, wanted.role)
    const { table, clock, random } = this.#parts
    const now = clock.now()
    const user = invited(newId('user', now, random), workspaceId, wanted, now)
    const writes = [
      ...(idempotency === undefined
        ? []
        : [remember(workspaceId, idempotency, 201, user, now, `/v1/users/${user.id}`)]),
      ...invitation(user),
      ...(wanted.role === 'owner' ? [ownersChange(workspaceId, 1)] : []),
      auditWrite({
        workspaceId,
        actor: by.actor,
        action: 'user.add',
        subject: user.id,
        now,
        random,
        details: { role: user.role },
      }),
    ]
    const result = await table.transact(writes)
    if (result.ok) return user
    if (idempotency !== undefined && result.index === 0) throw keyInUse()
    throw new AppError('conflict', 'email_taken', workspacesTexts.emailTaken({ email: wanted.email }))
  }

  /** In the order they came. */
  list(workspaceId: string, page: { readonly limit: number; readonly start?: Position }): Promise<Page<User>> {
    return this.#parts.table.query({ pk: listPartition(workspaceId, 'users'), index: 'list', ...page }, userSchema)
  }

  /** Throws `not_found`. */
  async get(workspaceId: string, userId: string): Promise<User> {
    const user = await this.find(workspaceId, userId)
    if (user === undefined) throw notFound('person', userId)
    return user
  }

  find(workspaceId: string, userId: string): Promise<User | undefined> {
    return this.#parts.table.get(keys.user(workspaceId, userId), userSchema)
  }

  /** Throws `not_found`, `precondition_failed`, `forbidden`, or `conflict` where the last owner would be none any more. */
  async change(workspaceId: string, by: Changer, userId: string, change: UserChange, ifMatch?: number): Promise<User> {
    const { table, clock, random } = this.#parts
    const user = await this.get(workspaceId, userId)
    if (ifMatch !== undefined && ifMatch !== user.version) throw staleVersion(user.version)
    demandRole(by, user.role)
    const now = clock.now()
    const changed = {
      ...user,
      name: change.name ?? user.name,
      role: change.role ?? user.role,
      version: user.version + 1,
      updatedAt: iso(now),
    }
    demandRole(by, changed.role)
    const owners = Number(changed.role === 'owner') - Number(user.role === 'owner')
    const result = await table.transact([
      {
        update: keys.user(workspaceId, userId),
        set: { name: changed.name, role: changed.role, version: changed.version, updatedAt: changed.updatedAt },
        if: ['version', '=', user.version],
      },
      auditWrite({
        workspaceId,
        actor: by.actor,
        action: 'user.change',
        subject: userId,
        now,
        random,
        details: { role: changed.role },
      }),
      ...(owners === 0 ? [] : [ownersChange(workspaceId, owners)]),
    ])
    if (result.ok) return changed
    throw result.index === 0 ? fenceFailed(ifMatch, result.item) : lastOwner()
  }

  /** Takes away every way in at once. Throws as {@link change}. */
  async remove(workspaceId: string, by: Changer, userId: string): Promise<void> {
    const { table, clock, random } = this.#parts
    const user = await table.get(keys.user(workspaceId, userId), storedUser)
    if (user === undefined) throw notFound('person', userId)
    demandRole(by, user.role)
    const result = await table.transact([
      { delete: keys.user(workspaceId, userId), if: ['version', '=', user.version] },
      auditWrite({ workspaceId, actor: by.actor, action: 'user.remove', subject: userId, now: clock.now(), random }),
      { delete: keys.membership(invitedSubject(user.email), workspaceId) },
      ...(user.subject === undefined ? [] : [{ delete: keys.membership(user.subject, workspaceId) }]),
      ...(user.role === 'owner' ? [ownersChange(workspaceId, -1)] : []),
    ])
    if (result.ok) return
    throw result.index === 0 ? changedMeanwhile() : lastOwner()
  }
}

/** A person who has not signed in yet. */
export function invited(id: string, workspaceId: string, { name, email, role }: NewUser, now: number): User {
  return { id, workspaceId, name, email, role, state: 'invited', version: 1, createdAt: iso(now), updatedAt: iso(now) }
}

export function invitation(user: User): Write[] {
  const { id, workspaceId, email, createdAt } = user
  return [
    {
      put: { ...keys.user(workspaceId, id), ...listed(workspaceId, 'users', createdAt, id), ...user },
      if: ['pk', 'absent'],
    },
    { put: { ...keys.membership(invitedSubject(email), workspaceId), workspaceId, userId: id }, if: ['pk', 'absent'] },
  ]
}

const ownersChange = (workspaceId: string, by: number): Write => ({
  update: keys.workspace(workspaceId),
  add: { owners: by },
  if: by > 0 ? ['pk', 'present'] : ['owners', '>', 1],
})

function demandRole({ scopes }: Changer, role: Role): void {
  if (roleScopes[role].some((scope) => !scopes.has(scope)))
    throw new AppError('forbidden', 'role_above_yours', workspacesTexts.roleAbove({ role }))
}

const lastOwner = () => new AppError('conflict', 'last_owner', workspacesTexts.lastOwner())
