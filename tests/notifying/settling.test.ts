/** Notifications settle themselves: by the table of kinds and events, and over what publishing really writes. */
import { SESv2Client } from '@aws-sdk/client-sesv2'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { consumers } from '../../functions/consumers/consumers.ts'
import { eventNames } from '../../functions/event-names.ts'
import { SesMail } from '../../shared/aws/mail.ts'
import type { Table } from '../../shared/aws/table.ts'
import {
  channelCredentialsEnding,
  channelDeleted,
  channelReconnected,
  channelReconnectNeeded,
  channelResumed,
} from '../../shared/channels/events.ts'
import { mentionAnswered, mentionAnswerFailed, mentionDeleted } from '../../shared/inbox/events.ts'
import { type Clock, iso } from '../../shared/kernel/clock.ts'
import type { EventEnvelope } from '../../shared/kernel/events.ts'
import { jsonLog } from '../../shared/kernel/log.ts'
import { endpointFailing, endpointSettled } from '../../shared/notifying/events.ts'
import { notificationKinds } from '../../shared/notifying/notification.ts'
import { NotificationStore } from '../../shared/notifying/notifications.ts'
import { Notifier } from '../../shared/notifying/notifier.ts'
import { settledBy } from '../../shared/notifying/settling.ts'
import { handoverReminder, publicationEvents, publicationsSettled } from '../../shared/publishing/events.ts'
import { recordOf } from '../../shared/publishing/record.ts'
import { actor, Stage } from '../publishing/stage.ts'
import { Engine } from '../support/engine.ts'
import { SesEndpoint } from '../support/ses.ts'
import { outboxOf, random, SetClock } from './support.ts'

const ws = 'ws_1'
let engine: Engine
let ses: SesEndpoint
let table: Table
let clock: SetClock
let store: NotificationStore
let tables = 0

beforeAll(async () => {
  engine = await Engine.start()
})
afterAll(() => engine.stop())
beforeEach(async () => {
  ses = await SesEndpoint.start()
  clock = new SetClock()
  table = await engine.table(`settling-${tables++}`, clock)
  store = new NotificationStore(table, clock)
})
afterEach(() => ses.stop())

type Publication = { state: string; version: number; text: string }
function notifier(
  over: { table: Table; clock: Clock; publication?: (ws: string, id: string) => Promise<Publication> } = {
    table,
    clock,
  },
  channelState = 'active',
) {
  const client = new SESv2Client({
    endpoint: ses.url,
    region: 'eu-west-3',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  })
  return new Notifier({
    table: over.table,
    clock: over.clock,
    random,
    log: jsonLog(() => {}),
    publicUrl: 'https://api.example.org',
    mail: new SesMail(client, 'Parvis <parvis@example.org>'),
    lookups: {
      publication: over.publication ?? (async () => undefined),
      channel: async () => ({ name: '@creperie', network: 'bluesky', state: channelState }),
    },
    setting: async () => ({ name: 'Crêperie', language: 'fr', zone: 'Europe/Paris' }),
    people: async () => [{ id: 'user_1', email: 'ana@example.org', name: 'Ana' }],
    handoverPage: async () => 'https://api.example.org/handover/x',
  })
}

type PublicationState = keyof typeof publicationEvents
const source = () => ({ now: clock.now(), random })
const data = (state: string, id: string, more: object) => ({
  publicationId: id,
  postId: 'post_1',
  channelId: 'chan_1',
  network: 'bluesky',
  state,
  ...more,
})
const told = (state: PublicationState, sequence: number, more: object = {}, id = 'pub_1') =>
  publicationEvents[state].create(source(), { workspaceId: ws, subject: id, sequence }, data(state, id, more))
const settled = (...settled: { subject: string; sequence: number }[]) =>
  publicationsSettled.create(source(), { workspaceId: ws, subject: 'pub_1', sequence: 1 }, { settled })
const settledAt = (sequence: number, subject = 'pub_1') => settled({ subject, sequence })
const channelAbout = (sequence: number) => ({ workspaceId: ws, subject: 'chan_1', sequence })
const channelData = { channelId: 'chan_1', network: 'bluesky' }

const all = async () => (await store.list(ws, {}, 50)).items
const unread = async () => (await store.list(ws, { unread: true }, 50)).items.map(({ kind }) => kind)

describe('the table', () => {
  it.each(notificationKinds)('names for %s events that exist and reach the notifier', (kind) => {
    const { names } = consumers.notify.source
    expect(settledBy[kind].length).toBeGreaterThan(0)
    for (const event of settledBy[kind]) {
      expect(eventNames).toContain(event)
      expect(names).toContain(event)
    }
  })
})

describe('a notification', () => {
  it.each(['rejected', 'failed', 'partial', 'unconfirmed', 'missed', 'handed_over'] as const)(
    'of a publication that was %s is settled when it leaves that state, and is still listed',
    async (state) => {
      await notifier().tell(told(state, 5))
      expect(await unread()).toEqual([`publication.${state}`])
      clock.advance(60_000)
      const event = settledAt(6)
      await notifier().tell(event)
      expect(await unread()).toEqual([])
      expect(await all()).toMatchObject([{ settledAt: event.time, settledBy: 'publication.settled', mail: 'sent' }])
      expect((await all())[0]).not.toHaveProperty('readAt')
      expect((await store.list(ws, { unread: false }, 50)).items).toHaveLength(1)
    },
  )

  it('is not settled by an older event, nor by one of its own change, another subject or another workspace', async () => {
    const event = told('partial', 5)
    await notifier().tell(event)
    await notifier().tell(settledAt(4))
    await notifier().tell({ ...settledAt(5), time: event.time })
    await notifier().tell(settledAt(6, 'pub_2'))
    await notifier().tell({ ...settledAt(6), workspaceId: 'ws_2' })
    await notifier().tell(channelDeleted.create(source(), channelAbout(9), channelData))
    expect(await unread()).toEqual(['publication.partial'])
  })

  it('is settled once, however often the event comes, and one that was read shows both', async () => {
    await notifier().tell(told('missed', 5))
    await store.read(ws, (await all())[0]?.id ?? '', 'user_1', () => [])
    const event = settledAt(6)
    await notifier().tell(event)
    await notifier().tell(event)
    await notifier().tell(settledAt(8))
    expect(await all()).toMatchObject([{ readBy: 'user_1', settledAt: event.time }])
  })

  it('is not made where what settles it came first, and a newer cause is', async () => {
    await notifier().tell(settledAt(6))
    await notifier().tell(told('rejected', 5))
    expect(await all()).toEqual([])
    expect(ses.sent).toEqual([])
    await notifier().tell(told('rejected', 9))
    await notifier().tell(settledAt(7))
    expect(await unread()).toEqual(['publication.rejected'])
  })

  it('is open again where a newer event tells the same cause', async () => {
    const cause = 'pub_1#missed#0'
    await notifier().tell(told('missed', 5, { cause }))
    await notifier().tell(settledAt(6))
    await notifier().tell(told('missed', 5, { cause }))
    expect(await unread()).toEqual([])
    await notifier().tell(told('missed', 8, { cause }))
    expect(await unread()).toEqual(['publication.missed'])
    await notifier().tell(settledAt(7))
    expect(await unread()).toEqual(['publication.missed'])
    await notifier().tell(settledAt(9))
    expect(await unread()).toEqual([])
    expect(await all()).toHaveLength(1)
    expect(ses.sent).toHaveLength(1)
  })

  it('that could not be mailed before it was settled is not mailed any more', async () => {
    ses.refuse = () => 'TooManyRequestsException'
    const event = told('rejected', 5)
    await expect(notifier().tell(event)).rejects.toThrow()
    await notifier().tell(settledAt(6))
    ses.refuse = () => undefined
    await notifier().tell(event)
    expect(ses.sent).toEqual([])
    expect(await all()).toMatchObject([{ mail: 'settled' }])
  })

  it('that reminds of a hand-over takes the place of the one before, and both go with it', async () => {
    const reminder = (sequence: number) =>
      handoverReminder.create(
        source(),
        { workspaceId: ws, subject: 'pub_1', sequence },
        data('handed_over', 'pub_1', { cause: `r${sequence}` }),
      )
    await notifier().tell(told('handed_over', 5))
    for (const sequence of [6, 7]) {
      clock.advance(1_000)
      await notifier().tell(reminder(sequence))
    }
    expect(await unread()).toEqual(['publication.handover_reminder', 'publication.handed_over'])
    await notifier().tell(settledAt(8))
    expect(await unread()).toEqual([])
  })

  it('is settled with others by one event', async () => {
    await notifier().tell(told('missed', 5))
    await notifier().tell(told('missed', 3, {}, 'pub_2'))
    await notifier().tell(told('missed', 9, {}, 'pub_3'))
    await notifier().tell(
      settled({ subject: 'pub_1', sequence: 6 }, { subject: 'pub_2', sequence: 4 }, { subject: 'pub_3', sequence: 8 }),
    )
    expect((await store.list(ws, { unread: true }, 50)).items).toMatchObject([{ subjects: { publicationId: 'pub_3' } }])
  })

  it('of a channel is settled by new credentials and its removal, and not by the end of a pause', async () => {
    for (const definition of [channelReconnected, channelDeleted]) {
      await notifier().tell(channelCredentialsEnding.create(source(), channelAbout(3), channelData))
      clock.advance(1_000)
      await notifier().tell(channelResumed.create(source(), channelAbout(5), channelData))
      expect(await unread()).toEqual(['channel.credentials_ending'])
      // what is over is no longer about to end
      await notifier(undefined, 'reconnect_needed').tell(
        channelReconnectNeeded.create(source(), channelAbout(6), channelData),
      )
      expect(await unread()).toEqual(['channel.reconnect_needed'])
      await notifier().tell(definition.create(source(), channelAbout(7), channelData))
      expect(await unread()).toEqual([])
      table = await engine.table(`settling-${tables++}`, clock)
      store = new NotificationStore(table, clock)
    }
  })

  it('of an endpoint is settled when it takes deliveries again, by time where its version is the same', async () => {
    const about = { workspaceId: ws, subject: 'hook_1', sequence: 1 }
    const failing = (disabled: boolean, sequence = 1) =>
      endpointFailing.create(
        source(),
        { ...about, sequence },
        {
          endpointId: 'hook_1',
          host: 'shop.example',
          since: iso(clock.now()),
          disabled,
          reason: 'R.',
          cause: `${clock.now()}`,
        },
      )
    const over = () => endpointSettled.create(source(), about, { endpointId: 'hook_1' })
    const before = over()
    clock.advance(1_000)
    await notifier().tell(failing(false))
    await notifier().tell(before)
    expect(await unread()).toHaveLength(1)
    clock.advance(1_000)
    await notifier().tell(over())
    expect(await unread()).toEqual([])
    clock.advance(1_000)
    await notifier().tell(failing(false))
    clock.advance(1_000)
    await notifier().tell(failing(true, 2))
    expect((await store.list(ws, { unread: true }, 50)).items).toMatchObject([{ severity: 'critical' }])
  })
})

describe('a notification of an answer that failed', () => {
  it.each([mentionAnswered, mentionDeleted])('is settled by %j, and not by what came before', async (definition) => {
    const about = (sequence: number) => ({ workspaceId: ws, subject: 'men_1', sequence })
    const mention = { mentionId: 'men_1', channelId: 'chan_1', network: 'bluesky', kind: 'review', state: 'visible' }
    await notifier().tell(mentionAnswered.create(source(), about(3), mention))
    await notifier().tell(mentionAnswerFailed.create(source(), about(4), mention))
    expect(await unread()).toEqual(['mention.answer_failed'])
    await notifier().tell(definition.create(source(), about(5), mention))
    expect(await unread()).toEqual([])
  })
})

describe('over what publishing writes', () => {
  const rejection = { kind: 'rejected', reason: 'policy', message: 'No.' } as const

  /** A stage whose events are told as they come; `deliver` tells those that were not, in the order of their ids or back to front. */
  async function scene(answers: Parameters<typeof Stage.set>[1]) {
    const stage = await Stage.set(engine, answers)
    const seen = new Set<string>()
    const notifications = new NotificationStore(stage.table, stage.clock)
    const publication = async (workspaceId: string, id: string) => {
      const { state, version } = await recordOf(stage.table, workspaceId, id)
      return { state, version, text: 'Bonjour' }
    }
    const events = async () => (await outboxOf(engine, stage.table)).toSorted((a, b) => (a.id < b.id ? -1 : 1))
    const deliver = async (order: (events: EventEnvelope[]) => EventEnvelope[] = (list) => list) => {
      const fresh = (await events()).filter(({ id }) => !seen.has(id))
      for (const event of order(fresh)) {
        seen.add(event.id)
        await notifier({ table: stage.table, clock: stage.clock, publication }).tell(event)
      }
    }
    const unread = async () =>
      (await notifications.list(stage.workspaceId, { unread: true }, 50)).items.map(({ kind }) => kind)
    const names = async () => (await events()).map(({ name }) => name)
    return { stage, deliver, unread, names }
  }

  const act = {
    retry: (stage: Stage, id: string) => stage.publications.retry(stage.workspaceId, id, actor),
    schedule: (stage: Stage, id: string) =>
      stage.publications.schedule(stage.workspaceId, id, actor, { at: iso(stage.clock.now() + 3_600_000) }),
    cancel: (stage: Stage, id: string) => stage.publications.cancel(stage.workspaceId, id, actor),
    'schedule of its post': (stage: Stage, _: string, postId: string) =>
      stage.posts.schedule(stage.workspaceId, postId, actor, { schedule: { at: iso(stage.clock.now() + 3_600_000) } }),
    'cancel of its post': (stage: Stage, _: string, postId: string) =>
      stage.posts.cancel(stage.workspaceId, postId, actor),
    'delete of its post': (stage: Stage, _: string, postId: string) =>
      stage.posts.remove(stage.workspaceId, postId, actor, false),
  }

  it.each(Object.entries(act))('a rejection is settled by %s, in either order of the events', async (_, doIt) => {
    for (const order of [(list: EventEnvelope[]) => list, (list: EventEnvelope[]) => list.toReversed()]) {
      const { stage, deliver, unread } = await scene({ publish: async () => rejection })
      const { id, postId } = await stage.write(10)
      await stage.wake(id)
      await deliver()
      expect(await unread()).toEqual(['publication.rejected'])
      await doIt(stage, id, postId)
      await deliver(order)
      expect(await unread()).toEqual([])
    }
  })

  it('a rejection that is retried and rejected again is told anew, and settled when it is published', async () => {
    let answer: Awaited<ReturnType<Parameters<typeof Stage.set>[1]['publish']>> = rejection
    const { stage, deliver, unread } = await scene({
      publish: async (call) => {
        await call.begin('post')
        return answer
      },
    })
    const { id } = await stage.write(10)
    await stage.wake(id)
    await deliver()
    await act.retry(stage, id)
    await stage.wake(id)
    await deliver((list) => list.toReversed())
    expect(await unread()).toEqual(['publication.rejected'])
    answer = { kind: 'accepted', externalId: 'post-1' }
    await act.retry(stage, id)
    await stage.wake(id)
    await deliver()
    expect(await unread()).toEqual([])
  })

  it.each([{ published: { url: 'https://example.org/1' } }, { resend: true }, { cancel: true }] as const)(
    'a doubt is settled by what a person says: %j',
    async (resolution) => {
      const { stage, deliver, unread } = await scene({
        publish: async (call) => {
          await call.begin('post')
          return { kind: 'unknown', message: 'Lost.' }
        },
      })
      const { id } = await stage.write(10)
      for (let record = await stage.wake(id); record.state !== 'unconfirmed'; ) record = await stage.wake(id)
      await deliver()
      expect(await unread()).toEqual(['publication.unconfirmed'])
      await stage.publications.resolve(stage.workspaceId, id, actor, resolution)
      await deliver()
      expect(await unread()).toEqual([])
    },
  )

  it.each(['done', 'undone', 'cancel'] as const)('a hand-over and its reminders are settled by %s', async (how) => {
    const { stage, deliver, unread } = await scene({ publish: () => Promise.reject(new Error('by hand')) })
    const variants = { [stage.channel.id]: { deliver: 'handover' } }
    const { id } = await stage.write(3_600, { variants })
    await stage.wake(id)
    await stage.wake(id)
    await deliver()
    expect((await unread()).toSorted()).toEqual(['publication.handed_over', 'publication.handover_reminder'])
    const { publications, workspaceId } = stage
    if (how === 'done') await publications.done(workspaceId, id, actor, {})
    if (how === 'undone') await publications.undone(workspaceId, id, actor, { why: '' })
    if (how === 'cancel') await publications.cancel(workspaceId, id, actor)
    await deliver()
    // that it could not be done is news of its own
    expect(await unread()).toEqual(how === 'undone' ? ['publication.failed'] : [])
  })

  it('a post that simply leaves writes no event of it', async () => {
    const { stage, names } = await scene({
      publish: async (call) => {
        await call.begin('post')
        return { kind: 'accepted', externalId: 'post-1' }
      },
    })
    const { id } = await stage.write(10)
    expect(await stage.wake(id)).toMatchObject({ state: 'published' })
    expect(await names()).not.toContain('publication.settled')
  })
})
