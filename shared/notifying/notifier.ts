import * as z from 'zod'
import { keys, listed } from '../aws/keys.ts'
import { type Mail, MailRefused } from '../aws/mail.ts'
import type { Table } from '../aws/table.ts'
import { type Clock, iso } from '../kernel/clock.ts'
import { AppError } from '../kernel/errors.ts'
import type { EventEnvelope } from '../kernel/events.ts'
import { newId, type Random } from '../kernel/ids.ts'
import type { Log } from '../kernel/log.ts'
import { letterTo, type Person } from './letter.ts'
import { isHandover, type Lookups, matterOf, type Setting } from './matter.ts'
import { type NotificationKind, type NotificationRecord, notificationKind, notificationRecord } from './notification.ts'
import { markOf, opening, settle } from './settling.ts'
import { notifyingTexts } from './texts.ts'

interface Parts {
  readonly table: Table
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly lookups: Lookups
  /** The API's own public address, without a trailing slash. */
  readonly publicUrl: string
  /** Undefined where the deployment sends no mail. */
  readonly mail: Mail | undefined
  setting(workspaceId: string): Promise<Setting>
  /** The page of a publication that was handed over. It stands in mails only: whoever has it needs no key. */
  handoverPage(workspaceId: string, publicationId: string): Promise<string>
  /** The owners and managers who have an address. */
  people(workspaceId: string): Promise<readonly Person[]>
}

/** Longer than the function may run: a mailing whose lease is over was cut short. */
const leaseMs = 60_000
const cause = z.object({ notificationId: z.string() })
const about = z.object({ cause: z.string().optional() })

/**
 * Tells people what needs them: one notification per cause, however often its event comes, and one mail of it to each
 * owner and manager. An event that settles a cause settles its notification. A letter that SES took is written down at once; should the function die in the instant between,
 * that one letter goes out a second time. The other way round it might never go out: a second mail is a nuisance, a
 * missing one means that nobody knows.
 */
export class Notifier {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  async tell(event: EventEnvelope): Promise<void> {
    await settle(this.#parts.table, event)
    const kind = notificationKind.safeParse(event.name)
    if (!kind.success) return
    const { workspaceId } = event
    const key = keys.cause(workspaceId, causeOf(event))
    const known = await this.#parts.table.get(key, cause)
    if (known !== undefined) await this.#again(event, kind.data, known.notificationId)
    const id = known?.notificationId ?? (await this.#create(event, kind.data, key))
    if (id !== undefined) await this.#mail(workspaceId, id)
  }

  /** The same cause, told again by a newer event: it is open again, also where it was settled in between. */
  async #again({ workspaceId, subject, ...event }: EventEnvelope, kind: NotificationKind, id: string): Promise<void> {
    const { table } = this.#parts
    const key = keys.notification(workspaceId, id)
    const found = await table.get(key, notificationRecord)
    const mark = markOf(event)
    if (found?.mark === undefined || found.mark >= mark) return
    const { item, unsettled } = opening(workspaceId, subject, { notificationId: id, kind, mark })
    const remove = found.settledAt === undefined ? [] : ['settledAt', 'settledBy', 'readAt', 'readBy']
    await table.transact([{ update: key, set: { mark }, remove, if: ['mark', '=', found.mark] }, item, ...unsettled])
  }

  /** The id of the notification; undefined if the matter is settled. */
  async #create(
    event: EventEnvelope,
    kind: NotificationKind,
    key: ReturnType<typeof keys.cause>,
  ): Promise<string | undefined> {
    const { table, clock, random, lookups, mail } = this.#parts
    const { workspaceId } = event
    const setting = await this.#parts.setting(workspaceId)
    const matter = await matterOf(kind, event, lookups)
    if (matter === undefined) return undefined
    const now = clock.now()
    const id = newId('notification', now, random)
    const mark = markOf(event)
    const { item, unsettled } = opening(workspaceId, event.subject, { notificationId: id, kind, mark })
    const record: NotificationRecord = {
      id,
      workspaceId,
      kind,
      language: setting.language,
      ...matter,
      mail: mail === undefined ? 'off' : 'pending',
      mark,
      mailed: [],
      refused: [],
      occurredAt: event.time,
      createdAt: iso(now),
    }
    const result = await table.transact([
      { put: { ...key, notificationId: id }, if: ['pk', 'absent'] },
      {
        put: {
          ...keys.notification(workspaceId, id),
          ...listed(workspaceId, 'notifications', record.createdAt, id),
          ...record,
        },
      },
      item,
      ...unsettled,
    ])
    if (result.ok) return id
    // told before, or settled meanwhile
    return result.index === 0 ? cause.parse(result.item).notificationId : undefined
  }

  async #mail(workspaceId: string, id: string): Promise<void> {
    const { table, clock, mail, log } = this.#parts
    const key = keys.notification(workspaceId, id)
    const found = await table.get(key, notificationRecord)
    if (found === undefined || mail === undefined || !['pending', 'sending'].includes(found.mail)) return
    if (found.settledAt !== undefined && found.mail === 'pending')
      return void (await table.write({ update: key, set: { mail: 'settled' }, if: ['mail', '=', 'pending'] }))
    const [setting, people] = await Promise.all([this.#parts.setting(workspaceId), this.#parts.people(workspaceId)])
    if (people.length === 0)
      return void (await table.write({ update: key, set: { mail: 'nobody' }, if: ['mail', '=', 'pending'] }))

    const now = clock.now()
    const mailUntil = iso(now + leaseMs)
    const claimed = await table.write({
      update: key,
      set: { mail: 'sending', mailUntil },
      if: {
        any: [
          ['mail', '=', 'pending'],
          {
            all: [
              ['mail', '=', 'sending'],
              ['mailUntil', '<', iso(now)],
            ],
          },
        ],
      },
    })
    if (!claimed.ok) {
      // Taken by another: the message must come back, should that one die.
      if (notificationRecord.parse(claimed.item).mail === 'sending')
        throw new AppError('unavailable', 'mail_under_way', notifyingTexts.mailUnderWay())
      return
    }

    // Read under the lease: who was mailed by whoever held it before is not mailed again.
    const { mailed: before, refused: refusedBefore } = notificationRecord.parse(
      await table.get(key, notificationRecord),
    )
    const { publicationId } = found.subjects
    const page =
      isHandover(found.kind) && publicationId !== undefined
        ? await this.#parts.handoverPage(workspaceId, publicationId)
        : undefined
    const mailed = [...before]
    const refused = [...refusedBefore]
    for (const person of people.filter((one) => !mailed.includes(one.id) && !refused.includes(one.id))) {
      try {
        const inItsLanguage = { ...setting, language: found.language }
        await mail.send(letterTo(person, found, inItsLanguage, this.#parts.publicUrl, page))
        mailed.push(person.id)
      } catch (error) {
        if (!(error instanceof MailRefused)) {
          await table.write({ update: key, set: { mail: 'pending' }, if: ['mailUntil', '=', mailUntil] })
          throw error
        }
        log.warn('a mail was refused', { notificationId: id, userId: person.id, reason: error.message })
        refused.push(person.id)
      }
      await table.write({ update: key, set: { mailed, refused }, if: ['mailUntil', '=', mailUntil] })
    }
    await table.write({ update: key, set: { mail: 'sent' }, if: ['mailUntil', '=', mailUntil] })
  }
}

/** What happened once: named by the event, or by the change of its subject that it tells of. */
function causeOf(event: EventEnvelope): string {
  const named = about.safeParse(event.data).data?.cause
  return `${event.name}#${named ?? `${event.subject}#${event.sequence}`}`
}
