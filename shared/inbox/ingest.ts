import * as z from 'zod'
import { accountPartition } from '../aws/keys.ts'
import type { Table } from '../aws/table.ts'
import type { ChannelDirectory } from '../channels/index.ts'
import { AppError } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import type { InboundEvent, Newsletters, WebhookReceiver } from '../networks/network.ts'
import { type DeliveryMessage, deliveryMessage } from './delivery.ts'
import type { Mentions } from './mentions.ts'
import { keepCounters } from './states.ts'
import { inboxTexts } from './texts.ts'

interface IngestParts {
  readonly table: Table
  readonly mentions: Mentions
  readonly channels: Pick<ChannelDirectory, 'find' | 'needsReconnect'>
  readonly log: Log
  /** The lists that a channel sends to. */
  newsletters(workspaceId: string, channelId: string): Pick<Newsletters, 'reported'>
  receiverOf(network: string): Promise<WebhookReceiver> | undefined
  /** The object of a delivery too large for a message; undefined if it is gone. */
  stored(key: string): Promise<Uint8Array | undefined>
}

const link = z.object({ sk: z.string() })

/**
 * One raw delivery becomes mentions of every channel, in any workspace, that its accounts are connected to. Run again,
 * it leaves the same. Throws for what cannot be read: the queue tries it again and then keeps it for a person.
 */
export class Ingest {
  readonly #parts: IngestParts

  constructor(parts: IngestParts) {
    this.#parts = parts
  }

  async take(message: unknown): Promise<void> {
    const delivery = deliveryMessage.parse(message)
    const receiver = await this.#parts.receiverOf(delivery.network)
    if (receiver === undefined)
      throw new AppError('invalid', 'no_webhooks', inboxTexts.noWebhooks({ network: delivery.network }))
    const links = new Map<string, Promise<Linked[]>>()
    const failures: unknown[] = []
    for (const { accountId, event } of receiver.normalize(await this.#body(delivery), delivery.subject)) {
      const known = links.get(accountId) ?? this.#linked(delivery.network, accountId)
      links.set(accountId, known)
      // What cannot be stored must not cost what was delivered with it.
      for (const channel of await known) await this.#apply(channel, event).catch((error) => failures.push(error))
    }
    if (failures.length > 0) throw failures[0]
  }

  async #body({ body, key }: DeliveryMessage): Promise<Uint8Array> {
    if (body !== undefined) return Buffer.from(body, 'base64')
    const bytes = key === undefined ? undefined : await this.#parts.stored(key)
    if (bytes === undefined) throw new AppError('invalid', 'no_body', inboxTexts.noBody())
    return bytes
  }

  async #linked(network: string, accountId: string): Promise<Linked[]> {
    const { items } = await this.#parts.table.query(
      { pk: accountPartition(network, accountId), consistent: true },
      link,
    )
    const found = await Promise.all(
      items.map(({ sk }) => {
        const [workspaceId = '', channelId = ''] = sk.split('#')
        return this.#parts.channels.find(workspaceId, channelId)
      }),
    )
    // An account that was just disconnected may still be linked for a moment.
    return found.filter((channel) => channel !== undefined)
  }

  async #apply(channel: Linked, event: InboundEvent): Promise<void> {
    const { mentions, channels, log, newsletters } = this.#parts
    if (event.kind === 'deauthorized') {
      // One that came late says nothing of a channel that was connected anew since. If the credentials are dead all the
      // same, the next call says so.
      if (event.at > Date.parse(channel.updatedAt))
        await channels.needsReconnect(channel.workspaceId, channel.id, inboxTexts.accessWithdrawn())
      return
    }
    if (event.report !== undefined) return newsletters(channel.workspaceId, channel.id).reported(event.report)
    if (await keepCounters(this.#parts.table, channel, event)) return
    const applied = await mentions.apply(channel, event)
    if (applied === 'ignored')
      log.info('inbound event ignored', { channelId: channel.id, kind: event.kind, action: event.action })
  }
}

type Linked = NonNullable<Awaited<ReturnType<ChannelDirectory['find']>>>
