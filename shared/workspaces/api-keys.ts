import { type Actor, auditWrite } from '../aws/audit.ts'
import { type Idempotency, remember } from '../aws/idempotency.ts'
import { keys, listed, listPartition } from '../aws/keys.ts'
import type { Page, Position } from '../aws/table.ts'
import { iso } from '../kernel/clock.ts'
import { AppError, notFound } from '../kernel/errors.ts'
import { newId } from '../kernel/ids.ts'
import { scopes } from '../kernel/scopes.ts'
import {
  type ApiKey,
  apiKeyVersion,
  isSecretOf,
  type NewApiKey,
  newToken,
  readApiKey,
  readToken,
  storedApiKey,
} from './api-key.ts'
import { keyInUse, type WorkspaceParts } from './parts.ts'
import { workspacesTexts } from './texts.ts'

const usedEveryMs = 3600_000

interface Creator {
  readonly actor: Actor
  /** A key cannot do more than whoever makes it. */
  readonly scopes: ReadonlySet<string>
}

/** Whether a key may do everything, as an owner may. */
const isOwners = (key: ApiKey) => scopes.every((scope) => key.scopes.includes(scope))

/** The API keys of the workspaces. */
export class ApiKeys {
  readonly #parts: WorkspaceParts

  constructor(parts: WorkspaceParts) {
    this.#parts = parts
  }

  /** A new key and its token, which is nowhere kept. Throws `forbidden` for scopes its maker does not have. */
  async create(
    workspaceId: string,
    creator: Creator,
    wanted: NewApiKey,
    idempotency?: Idempotency,
  ): Promise<{ readonly apiKey: ApiKey; readonly token: string }> {
    const missing = wanted.scopes.filter((scope) => !creator.scopes.has(scope))
    if (missing.length > 0)
      throw new AppError('forbidden', 'scope_not_yours', workspacesTexts.cannotGive({ scopes: missing.join(', ') }))
    const { table, clock, random } = this.#parts
    const now = clock.now()
    const id = newId('apiKey', now, random)
    const { token, hash } = newToken(id)
    const apiKey: ApiKey = { id, workspaceId, ...wanted, createdAt: iso(now), createdBy: creator.actor.id }
    const result = await table.transact([
      ...(idempotency === undefined ? [] : [remember(workspaceId, idempotency, 201, apiKey, now)]),
      {
        put: {
          ...keys.apiKey(id),
          ...listed(workspaceId, 'apikeys', apiKey.createdAt, id),
          ...apiKey,
          hash,
          schema: apiKeyVersion,
        },
        if: ['pk', 'absent'],
      },
      auditWrite({
        workspaceId,
        actor: creator.actor,
        action: 'api_key.create',
        subject: id,
        now,
        random,
        details: { name: wanted.name, scopes: wanted.scopes },
      }),
    ])
    if (!result.ok) throw keyInUse()
    return { apiKey, token }
  }

  /** Newest first, revoked ones among them. */
  list(workspaceId: string, page: { readonly limit: number; readonly start?: Position }): Promise<Page<ApiKey>> {
    const pk = listPartition(workspaceId, 'apikeys')
    return this.#parts.table.query({ pk, index: 'list', newestFirst: true, ...page }, readApiKey)
  }

  /**
   * From here on the key is refused, by every function. Revoking it again changes nothing. Throws `key_above_yours` for a
   * key that may do more than who revokes it, and `last_owner_key` for the last one that may do everything: without it
   * nobody could come back in.
   */
  async revoke(workspaceId: string, by: Creator, keyId: string): Promise<void> {
    const { table } = this.#parts
    const key = await table.get(keys.apiKey(keyId), readApiKey)
    if (key === undefined || key.workspaceId !== workspaceId) throw notFound('API key', keyId)
    if (key.revokedAt !== undefined) return
    const above = key.scopes.filter((scope) => !by.scopes.has(scope))
    if (above.length > 0)
      throw new AppError('forbidden', 'key_above_yours', workspacesTexts.keyAboveYours({ scopes: above.join(', ') }))
    if (!isOwners(key)) {
      await this.#revoke(workspaceId, by.actor, keyId)
      return
    }
    for (const other of await this.#otherOwners(workspaceId, keyId))
      if (await this.#revoke(workspaceId, by.actor, keyId, other)) return
    throw new AppError('conflict', 'last_owner_key', workspacesTexts.lastOwnerKey())
  }

  /** Keys with every scope that are not revoked, but this one. */
  async #otherOwners(workspaceId: string, keyId: string): Promise<string[]> {
    const owners: string[] = []
    let start: Position | undefined
    do {
      const page = await this.list(workspaceId, { limit: 100, ...(start === undefined ? {} : { start }) })
      for (const key of page.items)
        if (key.id !== keyId && key.revokedAt === undefined && isOwners(key)) owners.push(key.id)
      start = page.next
    } while (start !== undefined)
    return owners
  }

  /** `onlyWith`: a key that must not be revoked at the same time; false if it is. */
  async #revoke(workspaceId: string, actor: Actor, keyId: string, onlyWith?: string): Promise<boolean> {
    const { table, clock, random } = this.#parts
    const now = clock.now()
    const result = await table.transact([
      ...(onlyWith === undefined
        ? []
        : [
            {
              check: keys.apiKey(onlyWith),
              if: {
                all: [
                  ['workspaceId', '=', workspaceId],
                  ['revokedAt', 'absent'],
                ],
              },
            } as const,
          ]),
      {
        update: keys.apiKey(keyId),
        set: { revokedAt: iso(now) },
        if: {
          all: [
            ['workspaceId', '=', workspaceId],
            ['revokedAt', 'absent'],
          ],
        },
      },
      auditWrite({ workspaceId, actor, action: 'api_key.revoke', subject: keyId, now, random }),
    ])
    return result.ok || onlyWith === undefined || result.index === 1
  }

  /** The key of a token; undefined if there is none, its secret is wrong, or it was revoked. Strongly consistent (1 RCU). */
  async check(token: string): Promise<ApiKey | undefined> {
    const read = readToken(token)
    if (read === undefined) return undefined
    const stored = await this.#parts.table.get(keys.apiKey(read.keyId), storedApiKey)
    if (stored === undefined || !isSecretOf(stored, read.secret) || stored.revokedAt !== undefined) return undefined
    await this.#used(stored)
    return stored
  }

  /** At most one write an hour. A busy table does not keep a good key out. */
  async #used({ id, lastUsedAt }: ApiKey): Promise<void> {
    const { table, clock } = this.#parts
    const now = clock.now()
    const before = iso(now - usedEveryMs)
    if (lastUsedAt !== undefined && lastUsedAt > before) return
    const written = table.write({
      update: keys.apiKey(id),
      set: { lastUsedAt: iso(now) },
      if: {
        all: [
          ['pk', 'present'],
          {
            any: [
              ['lastUsedAt', 'absent'],
              ['lastUsedAt', '<=', before],
            ],
          },
        ],
      },
    })
    await written.catch((error: unknown) => {
      if (!(error instanceof AppError) || error.kind !== 'unavailable') throw error
    })
  }
}
