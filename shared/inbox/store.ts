import { gunzipSync, gzipSync } from 'node:zlib'
import * as z from 'zod'
import { branched, keys, listed } from '../aws/keys.ts'
import type { Item, Table, Write } from '../aws/table.ts'
import type { Channel } from '../channels/index.ts'
import { type Clock, iso } from '../kernel/clock.ts'
import { newId, type Random } from '../kernel/ids.ts'
import type { Capabilities } from '../networks/network.ts'
import { publicationOfLive } from '../publishing/index.ts'
import { maxRawBytes } from './inbound.ts'
import {
  derived,
  type KeptAuthor,
  type KeptRaw,
  keptAuthor,
  keptRaw,
  type Mention,
  type MentionRecord,
  mentionRecord,
  viewOf,
} from './mention.ts'

export interface StoreParts {
  readonly table: Table
  readonly clock: Clock
  readonly random: Random
}

/** A mention as it is kept: who wrote it may be in an item of its own. */
export interface Kept {
  readonly record: MentionRecord
  readonly author: KeptAuthor | undefined
}

/** `ignored`: what is no mention (an answer from here that comes back, a reaction), or nothing of ours. */
export type Applied = 'stored' | 'unchanged' | 'ignored'

type Retention = NonNullable<Capabilities['retention']>
const hourMs = 3_600_000
const pointer = z.object({ mentionId: z.string() })

/** Reads and writes of mentions. What a platform's terms no longer let be kept is never read, deleted yet or not. */
export class MentionStore {
  readonly #parts: StoreParts

  constructor(parts: StoreParts) {
    this.#parts = parts
  }

  /** A mention of this workspace, a tombstone too; undefined if there is none, or its time is over. */
  async read(workspaceId: string, mentionId: string): Promise<Kept | undefined> {
    const record = await this.#parts.table.get(keys.mention(workspaceId, mentionId), mentionRecord)
    return record && (await this.complete([record]))[0]
  }

  /** Of what the network calls so; `over`: it was here, and was kept as long as it may be. */
  async called(
    { workspaceId, id }: Pick<Channel, 'workspaceId' | 'id'>,
    externalId: string,
  ): Promise<Kept | 'over' | undefined> {
    const known = await this.#parts.table.get(keys.inbound(workspaceId, id, externalId), pointer)
    return known && ((await this.read(workspaceId, known.mentionId)) ?? 'over')
  }

  /** With their authors where those are kept apart, and the publications they are under. */
  async complete(records: readonly MentionRecord[]): Promise<Kept[]> {
    const { table } = this.#parts
    const apart = records.filter(({ authorUntil = 0 }) => authorUntil > this.#parts.clock.now())
    const found = await table.getMany(
      apart.map(({ workspaceId, id }) => keys.mentionAuthor(workspaceId, id)),
      keptAuthor,
    )
    const authors = new Map(apart.map(({ id }, index) => [id, found[index]]))
    return Promise.all(
      records.map(async (record) => ({ record: await this.resolved(record), author: authors.get(record.id) })),
    )
  }

  /** One that was never seen; without an id of the network it is a note of ours. */
  fresh(
    channel: Pick<Channel, 'id' | 'workspaceId' | 'network'>,
    { externalId, retention }: { readonly externalId?: string; readonly retention?: Retention | undefined },
  ): MentionRecord {
    const { clock, random } = this.#parts
    const now = clock.now()
    const id = newId('mention', now, random)
    return {
      id,
      workspaceId: channel.workspaceId,
      channelId: channel.id,
      network: channel.network,
      source: externalId === undefined ? 'by_hand' : 'network',
      externalId: externalId ?? `note:${id}`,
      receivedAt: iso(now),
      version: 0,
      direction: 'incoming',
      answers: 0,
      nativeAnswers: 0,
      seen: {},
      ...derived({}),
      ...(retention === undefined
        ? {}
        : {
            expiresAt: Math.floor((now + retention.hours * hourMs) / 1000),
            authorUntil: now + retention.profileHours * hourMs,
          }),
    }
  }

  /** It names its author: where the platform's terms limit that, it goes with them. */
  rawWrite({ workspaceId, id, authorUntil }: MentionRecord, { name, contentType, bytes }: Raw): Write {
    const gzip = gzipSync(bytes.subarray(0, maxRawBytes)).toString('base64')
    const kept: KeptRaw = { name, contentType, gzip }
    const expiry = authorUntil === undefined ? {} : { expiresAt: Math.floor(authorUntil / 1000) }
    return {
      put: { ...keys.mentionRaw(workspaceId, id), ...kept, ...expiry },
    }
  }

  rawRemoval({ workspaceId, id }: MentionRecord): Write {
    return { delete: keys.mentionRaw(workspaceId, id) }
  }

  /** Undefined where all of it could be read, or it is gone. */
  async raw(workspaceId: string, mentionId: string): Promise<Raw | undefined> {
    const kept = await this.#parts.table.get(keys.mentionRaw(workspaceId, mentionId), keptRaw)
    if (kept === undefined) return undefined
    const { name, contentType, gzip } = kept
    return { name, contentType, bytes: gunzipSync(Buffer.from(gzip, 'base64')) }
  }

  /** A comment may be here before the answer of the call that published what it is under: so it is looked up again. */
  async resolved(record: MentionRecord): Promise<MentionRecord> {
    const { first, last } = record.seen
    const post = last?.postExternalId ?? first?.postExternalId
    if (record.publicationId !== undefined || post === undefined) return record
    const publicationId = await publicationOfLive(this.#parts.table, record.workspaceId, record.channelId, post)
    return publicationId === undefined ? record : { ...record, publicationId }
  }

  /** All of what changes a mention, fenced by the version that was read; `author` where that is kept apart and is new. */
  writes(before: MentionRecord | undefined, after: MentionRecord, author?: KeptAuthor): Write[] {
    const { workspaceId, channelId, id, externalId } = after
    const item = { ...keys.mention(workspaceId, id), ...after, ...listing(after) }
    return [
      ...(before === undefined
        ? [
            {
              put: { ...keys.inbound(workspaceId, channelId, externalId), mentionId: id },
              if: ['pk', 'absent'],
            } as const,
            { put: item, if: ['pk', 'absent'] } as const,
          ]
        : [{ put: item, if: ['version', '=', before.version] } as const]),
      ...(author === undefined
        ? []
        : [
            {
              put: {
                ...keys.mentionAuthor(workspaceId, id),
                ...author,
                expiresAt: Math.floor((after.authorUntil ?? 0) / 1000),
              },
            },
          ]),
    ]
  }
}

export interface Raw {
  readonly name: string
  readonly contentType: string
  readonly bytes: Uint8Array
}

export const shown = ({ record, author }: Kept): Mention | undefined => viewOf(record, author)

/** A tombstone is in no list until its content comes. */
function listing(record: MentionRecord): Item {
  if (record.seen.first === undefined) return {}
  const { workspaceId, channelId, occurredAt, id } = record
  return {
    ...listed(workspaceId, 'mentions', occurredAt, id),
    ...branched(workspaceId, channelId, 'mentions', occurredAt, id),
  }
}
