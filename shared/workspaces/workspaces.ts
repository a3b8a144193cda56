import { type Actor, auditWrite } from '../aws/audit.ts'
import { fenceFailed, staleVersion } from '../aws/commit.ts'
import { keys } from '../aws/keys.ts'
import { languageOf, render } from '../i18n/index.ts'
import { iso } from '../kernel/clock.ts'
import { notFound } from '../kernel/errors.ts'
import { newId } from '../kernel/ids.ts'
import { scopes } from '../kernel/scopes.ts'
import { ApiKeys } from './api-keys.ts'
import type { WorkspaceParts } from './parts.ts'
import { workspacesTexts } from './texts.ts'
import { newUser, type User } from './user.ts'
import { invitation, invited } from './users.ts'
import { findWorkspace, type Workspace, type WorkspaceChange, workspaceSchema } from './workspace.ts'

export interface NewWorkspace {
  readonly name: string
  readonly zone?: string | undefined
  readonly language?: string | undefined
  readonly country?: string | undefined
  readonly ownerName: string
  readonly ownerEmail: string
}

const system: Actor = { kind: 'system', id: 'system', name: 'Parvis' }

/** The workspaces themselves. */
export class Workspaces {
  readonly #parts: WorkspaceParts

  constructor(parts: WorkspaceParts) {
    this.#parts = parts
  }

  /**
   * A workspace with its first owner (invited by address) and a first API key that may everything: `apiKey` is its token,
   * shown once. Throws a ZodError for input that no workspace takes. Whoever runs the deployment calls this, not the API.
   */
  async create(
    wanted: NewWorkspace,
  ): Promise<{ readonly workspace: Workspace; readonly owner: User; readonly apiKey: string }> {
    const { table, clock, random } = this.#parts
    const now = clock.now()
    const id = newId('workspace', now, random)
    const workspace = workspaceSchema.parse({
      id,
      name: wanted.name,
      zone: wanted.zone ?? 'Europe/Paris',
      language: wanted.language ?? 'fr',
      country: wanted.country ?? 'FR',
      latePolicy: { graceMinutes: 15 },
      version: 1,
      createdAt: iso(now),
      updatedAt: iso(now),
    })
    const person = newUser.parse({ name: wanted.ownerName, email: wanted.ownerEmail, role: 'owner' })
    const owner = invited(newId('user', now, random), id, person, now)
    const result = await table.transact([
      { put: { ...keys.workspace(id), ...workspace, owners: 1 }, if: ['pk', 'absent'] },
      ...invitation(owner),
      auditWrite({ workspaceId: id, actor: system, action: 'workspace.create', subject: id, now, random }),
    ])
    if (!result.ok) throw new Error(`The id ${id} is taken.`)
    const creator = { actor: system, scopes: new Set<string>(scopes) }
    const { token } = await new ApiKeys(this.#parts).create(id, creator, {
      name: render(workspacesTexts.firstKey(), languageOf(workspace.language)),
      scopes: [...scopes],
    })
    return { workspace, owner, apiKey: token }
  }

  /**
   * A new key that may do everything, for whoever runs the deployment and has no other way in; its token is shown once. The
   * audit names it. Throws `not_found`.
   */
  async recover(workspaceId: string): Promise<string> {
    const { table, clock, random } = this.#parts
    const { language } = await this.get(workspaceId)
    const details = { actor: system, action: 'workspace.recover', subject: workspaceId }
    await table.transact([auditWrite({ workspaceId, ...details, now: clock.now(), random })])
    const creator = { actor: system, scopes: new Set<string>(scopes) }
    const wanted = { name: render(workspacesTexts.recoveryKey(), languageOf(language)), scopes: [...scopes] }
    return (await new ApiKeys(this.#parts).create(workspaceId, creator, wanted)).token
  }

  /** Throws `not_found`. */
  async get(workspaceId: string): Promise<Workspace> {
    const workspace = await findWorkspace(this.#parts.table, workspaceId)
    if (workspace === undefined) throw notFound('workspace', workspaceId)
    return workspace
  }

  /** Throws `precondition_failed` if it is no longer at `ifMatch`. What is scheduled keeps the zone it was scheduled in. */
  async change(workspaceId: string, actor: Actor, change: WorkspaceChange, ifMatch?: number): Promise<Workspace> {
    const { table, clock, random } = this.#parts
    const before = await this.get(workspaceId)
    if (ifMatch !== undefined && ifMatch !== before.version) throw staleVersion(before.version)
    const now = clock.now()
    const set = { ...change, version: before.version + 1, updatedAt: iso(now) }
    const result = await table.transact([
      { update: keys.workspace(workspaceId), set, if: ['version', '=', before.version] },
      auditWrite({
        workspaceId,
        actor,
        action: 'workspace.change',
        subject: workspaceId,
        now,
        random,
        details: change,
      }),
    ])
    if (!result.ok) throw fenceFailed(ifMatch, result.item)
    return workspaceSchema.parse({ ...before, ...set })
  }
}
