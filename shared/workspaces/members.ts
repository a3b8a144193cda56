import type { Actor } from '../aws/audit.ts'
import { keys } from '../aws/keys.ts'
import { iso } from '../kernel/clock.ts'
import { ApiKeys } from './api-keys.ts'
import type { WorkspaceParts } from './parts.ts'
import { roleScopes } from './roles.ts'
import { invitedSubject, membershipSchema, storedUser, subjectOf } from './user.ts'

/** Somebody who may act in a workspace, and what. */
export interface Member {
  readonly workspaceId: string
  readonly actor: Actor & { readonly kind: 'api_key' | 'user' }
  readonly scopes: ReadonlySet<string>
}

interface Person {
  readonly issuer: string
  readonly subject: string
  /** Verified by the issuer. */
  readonly email?: string
}

/** Who stands behind an API key or a person's token: what `shared/http` asks at every request. */
export class Members {
  readonly #parts: WorkspaceParts
  readonly #apiKeys: ApiKeys

  constructor(parts: WorkspaceParts) {
    this.#parts = parts
    this.#apiKeys = new ApiKeys(parts)
  }

  /** Undefined if there is no such key, or it was revoked. */
  async byApiKey(token: string): Promise<Member | undefined> {
    const apiKey = await this.#apiKeys.check(token)
    if (apiKey === undefined) return undefined
    const { id, name, workspaceId, scopes } = apiKey
    return { workspaceId, actor: { kind: 'api_key', id, name }, scopes: new Set(scopes) }
  }

  /**
   * A person as a member of this workspace, or of each of theirs (2 RCU each). Roles are read every time, so that what
   * is taken away is gone with the next request. A person invited by address is known by their subject from the first
   * time they come on, and the address lets in nobody else.
   */
  async byPerson(person: Person, workspaceId: string | undefined): Promise<readonly Member[]> {
    const subject = subjectOf(person.issuer, person.subject)
    const known = await this.#memberships(subject, workspaceId)
    const members = await Promise.all(known.map((one) => this.#member(one.workspaceId, one.userId, subject)))
    if (person.email !== undefined && (workspaceId === undefined || known.length === 0)) {
      const ours = new Set(known.map((one) => one.workspaceId))
      for (const one of await this.#memberships(invitedSubject(person.email), workspaceId))
        if (!ours.has(one.workspaceId)) members.push(await this.#accept(one.workspaceId, one.userId, subject))
    }
    return members.filter((member) => member !== undefined)
  }

  async #memberships(subject: string, workspaceId: string | undefined) {
    const { table } = this.#parts
    if (workspaceId === undefined) {
      const { pk } = keys.membership(subject, '')
      return (await table.query({ pk, limit: 100, consistent: true }, membershipSchema)).items
    }
    const one = await table.get(keys.membership(subject, workspaceId), membershipSchema)
    return one === undefined ? [] : [one]
  }

  async #member(workspaceId: string, userId: string, subject: string): Promise<Member | undefined> {
    const user = await this.#parts.table.get(keys.user(workspaceId, userId), storedUser)
    if (user === undefined || user.subject !== subject) return undefined
    return { workspaceId, actor: { kind: 'user', id: userId, name: user.name }, scopes: new Set(roleScopes[user.role]) }
  }

  /** The first sign-in of somebody invited. */
  async #accept(workspaceId: string, userId: string, subject: string): Promise<Member | undefined> {
    const { table, clock } = this.#parts
    await table.transact([
      {
        update: keys.user(workspaceId, userId),
        set: { subject, state: 'active', updatedAt: iso(clock.now()) },
        add: { version: 1 },
        if: {
          all: [
            ['pk', 'present'],
            ['subject', 'absent'],
          ],
        },
      },
      { put: { ...keys.membership(subject, workspaceId), workspaceId, userId } },
    ])
    return this.#member(workspaceId, userId, subject)
  }
}
