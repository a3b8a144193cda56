import { SESv2Client } from '@aws-sdk/client-sesv2'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { consumers } from '../../functions/consumers/consumers.ts'
import { SesMail } from '../../shared/aws/mail.ts'
import type { Table } from '../../shared/aws/table.ts'
import { channelCredentialsEnding, channelReconnectNeeded } from '../../shared/channels/events.ts'
import { frenchSpaces as french, renderAll, type Text } from '../../shared/i18n/index.ts'
import { mentionAnswerFailed } from '../../shared/inbox/events.ts'
import { iso } from '../../shared/kernel/clock.ts'
import { jsonLog } from '../../shared/kernel/log.ts'
import { endpointFailing } from '../../shared/notifying/events.ts'
import type { Person } from '../../shared/notifying/letter.ts'
import { notificationKinds } from '../../shared/notifying/notification.ts'
import { NotificationStore } from '../../shared/notifying/notifications.ts'
import { Notifier } from '../../shared/notifying/notifier.ts'
import { settledBy } from '../../shared/notifying/settling.ts'
import { publicationEvents } from '../../shared/publishing/events.ts'
import { publishingTexts } from '../../shared/publishing/texts.ts'
import { Engine } from '../support/engine.ts'
import { SesEndpoint } from '../support/ses.ts'
import { random, SetClock } from './support.ts'

const ws = 'ws_1'
const ana: Person = { id: 'user_1', email: 'ana@example.org', name: 'Ana Çelik' }
const bob: Person = { id: 'user_2', email: 'bob@example.org', name: 'Bob' }

let engine: Engine
let ses: SesEndpoint
let table: Table
let clock: SetClock
let store: NotificationStore
let setting = { name: 'Crêperie', language: 'fr' as 'fr' | 'en', zone: 'Europe/Paris' }
let publication: { state: string; version: number; text: string } | undefined
let channel = { name: '@creperie', network: 'bluesky', state: 'active' }
let people: Person[]
let beforeWriting: () => Promise<void>
let tables = 0

beforeAll(async () => {
  engine = await Engine.start()
})
afterAll(() => engine.stop())
beforeEach(async () => {
  ses = await SesEndpoint.start()
  clock = new SetClock()
  table = await engine.table(`notifier-${tables++}`, clock)
  store = new NotificationStore(table, clock)
  setting = { name: 'Crêperie', language: 'fr', zone: 'Europe/Paris' }
  publication = undefined
  channel = { name: '@creperie', network: 'bluesky', state: 'active' }
  people = [ana, bob]
  beforeWriting = async () => {}
})
afterEach(() => ses.stop())

function notifier(mails = true) {
  const client = new SESv2Client({
    endpoint: ses.url,
    region: 'eu-west-3',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  })
  return new Notifier({
    table,
    clock,
    random,
    log: jsonLog(() => {}),
    publicUrl: 'https://api.example.org',
    mail: mails ? new SesMail(client, 'Parvis <parvis@example.org>') : undefined,
    lookups: { publication: () => beforeWriting().then(() => publication), channel: async () => channel },
    setting: async () => setting,
    people: async () => people,
    handoverPage: async (workspaceId, id) => `https://api.example.org/handover/${id}?token=of-${workspaceId}`,
  })
}

type Changed = { sequence?: number; cause?: string; reason?: Text; dueAt?: string }
function event(name: keyof typeof publicationEvents, { sequence = 5, ...data }: Changed = {}) {
  return publicationEvents[name].create(
    { now: clock.now(), random },
    { workspaceId: ws, subject: 'pub_1', sequence },
    { publicationId: 'pub_1', postId: 'post_1', channelId: 'chan_1', network: 'bluesky', state: name, ...data },
  )
}

const all = async () => (await store.list(ws, {}, 50)).items
const only = async () => {
  const [one, ...more] = await all()
  if (one === undefined || more.length > 0) throw new Error(`${more.length + 1} notifications`)
  return one
}

/** As its people read it. */
const read = async () => renderAll(await only(), setting.language, setting.zone)

describe('a person', () => {
  it('is told what happened, what it means and what settles it, in French', async () => {
    publication = {
      state: 'unconfirmed',
      version: 5,
      text: 'Nos crêpes sont prêtes,\nvenez vite avant qu’il n’y en ait plus du tout !',
    }
    await notifier().tell(
      event('unconfirmed', { dueAt: '2026-12-01T08:00:00.000Z', reason: 'La connexion a été coupée.' }),
    )
    expect(await read()).toMatchObject({
      kind: 'publication.unconfirmed',
      severity: 'warning',
      title: french(
        'À vérifier sur Bluesky (@creperie) : « Nos crêpes sont prêtes, venez vite avant qu’il n’y en ait… »',
      ),
      happened: french(
        'La réponse de Bluesky (@creperie) s’est perdue pendant l’envoi de la publication « Nos crêpes sont prêtes, venez vite avant qu’il n’y en ait… », prévue le mardi 1er décembre 2026 à 9\u00a0h\u00a000, heure de Paris. La connexion a été coupée.',
      ),
      settles: { method: 'POST', path: '/v1/publications/pub_1/resolve' },
      subjects: { publicationId: 'pub_1', postId: 'post_1', channelId: 'chan_1' },
      mail: 'sent',
    })
    expect(ses.sent.map(({ to }) => to)).toEqual(['ana@example.org', 'bob@example.org'])
    const [letter] = ses.sent
    expect(letter?.from).toBe('Parvis <parvis@example.org>')
    expect(letter?.text).toContain('Bonjour Ana Çelik,')
    expect(letter?.text).toContain('Ce qu’il faut faire\nRegardez sur le réseau')
    expect(letter?.text).toContain('POST https://api.example.org/v1/publications/pub_1/resolve')
  })

  it('gets the link to what was handed over by mail, and only there', async () => {
    publication = { state: 'handed_over', version: 5, text: 'Nos crêpes' }
    await notifier().tell(event('handed_over', { dueAt: '2026-12-01T08:00:00.000Z' }))
    const told = await read()
    expect(told).toMatchObject({
      title: french('À publier maintenant sur Bluesky (@creperie) : « Nos crêpes »'),
      settles: { method: 'GET', path: '/v1/publications/pub_1' },
    })
    expect(JSON.stringify(told)).not.toContain('token')
    const link = `https://api.example.org/handover/pub_1?token=of-${ws}`
    expect(ses.sent[0]?.text).toContain(`\n${link}\n`)
    expect(ses.sent[0]?.html).toContain(`<a href="${link}">`)
  })

  it('reads that the network refused it, not the shop, with the network’s own words quoted after ours', async () => {
    channel = { name: 'Boulangerie du Port', network: 'linkedin', state: 'active' }
    publication = { state: 'rejected', version: 5, text: 'Du pain chaud' }
    const reason = publishingTexts.quoted({ words: 'text too long' })
    await notifier().tell(event('rejected', { dueAt: '2026-12-01T20:24:00.000Z', reason }))
    const letter = ses.sent[0]
    expect(letter?.subject).toBe(french('LinkedIn a refusé la publication de Boulangerie du Port : « Du pain chaud »'))
    expect(letter?.text).toContain(
      french(
        'LinkedIn a refusé la publication de Boulangerie du Port « Du pain chaud », prévue le mardi 1er décembre 2026 à 21\u00a0h\u00a024, heure de Paris. Raison : « text too long »',
      ),
    )
    expect(renderAll(await only(), 'en', 'Europe/Paris')).toMatchObject({
      title: 'LinkedIn refused the publication of Boulangerie du Port: “Du pain chaud”',
    })
  })

  it('is not told of what was published before anybody could be', async () => {
    publication = { state: 'published', version: 6, text: 'Nos crêpes' }
    await notifier().tell(event('handed_over'))
    expect(await all()).toEqual([])
  })

  it('is told in English where the workspace speaks it', async () => {
    setting = { ...setting, language: 'en' }
    await notifier().tell(event('missed', { dueAt: '2026-07-14T18:30:00.000Z' }))
    expect(await read()).toMatchObject({
      title: 'Not sent in time on Bluesky (@creperie): without text',
      happened: expect.stringContaining('on Tuesday 14 July 2026 at 8:30 PM, Paris time'),
      settles: { path: '/v1/publications/pub_1/schedule' },
    })
    expect(ses.sent[0]?.text).toContain('Hello Ana Çelik,')
  })

  it.each([
    ['rejected', 'POST', '/v1/publications/pub_1/retry'],
    ['failed', 'POST', '/v1/publications/pub_1/retry'],
    ['partial', 'GET', '/v1/publications/pub_1'],
  ] as const)('is given the call that settles a publication that was %s', async (name, method, path) => {
    await notifier().tell(event(name))
    expect(await only()).toMatchObject({ kind: `publication.${name}`, settles: { method, path } })
  })

  it('is told that credentials end, and when', async () => {
    const about = { workspaceId: ws, subject: 'chan_1', sequence: 3 }
    const endsAt = '2026-11-02T08:00:00.000Z'
    const ending = { channelId: 'chan_1', network: 'bluesky', reason: 'R.', endsAt, cause: 'ending' }
    await notifier().tell(channelCredentialsEnding.create({ now: clock.now(), random }, about, ending))
    expect(await read()).toMatchObject({
      kind: 'channel.credentials_ending',
      severity: 'warning',
      happened: expect.stringMatching(/2 novembre 2026|2 November 2026/),
      settles: { path: '/v1/channels/chan_1/reconnect' },
    })
  })

  it('is told of a channel to be reconnected and of an endpoint that fails, then is disabled', async () => {
    channel = { ...channel, state: 'reconnect_needed' }
    const about = { workspaceId: ws, subject: 'chan_1', sequence: 3 }
    await notifier().tell(
      channelReconnectNeeded.create({ now: clock.now(), random }, about, {
        channelId: 'chan_1',
        network: 'bluesky',
        reason: 'Mot de passe changé.',
      }),
    )
    expect(await only()).toMatchObject({ severity: 'critical', settles: { path: '/v1/channels/chan_1/reconnect' } })
    // one that was told late: the channel is over already, and a person knows
    const endsAt = '2026-11-02T08:00:00.000Z'
    const ending = { channelId: 'chan_1', network: 'bluesky', reason: 'R.', endsAt, cause: 'ending' }
    await notifier().tell(channelCredentialsEnding.create({ now: clock.now(), random }, about, ending))
    expect(await all()).toHaveLength(1)
    for (const disabled of [false, true]) {
      clock.advance(1000)
      const data = {
        endpointId: 'hook_1',
        host: 'shop.example',
        since: iso(clock.now()),
        disabled,
        reason: 'R.',
        cause: `c${disabled}`,
      }
      await notifier().tell(endpointFailing.create({ now: clock.now(), random }, { ...about, subject: 'hook_1' }, data))
    }
    expect((await all()).map(({ settles: { method, path } }) => [method, path])).toEqual([
      ['PATCH', '/v1/webhook-endpoints/hook_1'],
      ['GET', '/v1/webhook-endpoints/hook_1/deliveries'],
      ['POST', '/v1/channels/chan_1/reconnect'],
    ])
  })

  it('is told once per cause: not per message, not per retry of the same thing', async () => {
    const first = event('rejected', { cause: 'pub_1#1' })
    // Both have looked and found nothing before either writes.
    let looking = 0
    const both = Promise.withResolvers<void>()
    beforeWriting = () => {
      looking++
      if (looking === 2) both.resolve()
      return both.promise
    }
    await Promise.allSettled([notifier().tell(first), notifier().tell(first)])
    expect(looking).toBe(2)
    await Promise.allSettled([
      notifier().tell(first),
      notifier().tell(event('rejected', { cause: 'pub_1#1', sequence: 9 })),
    ])
    expect(await all()).toHaveLength(1)
    expect(ses.sent.map(({ to }) => to.includes('ana'))).toEqual([true, false])
    await notifier().tell(event('rejected', { cause: 'pub_1#2', sequence: 12 }))
    expect(await all()).toHaveLength(2)
    expect(ses.sent).toHaveLength(4)
  })

  it('is told of each change of its own where the event names no cause', async () => {
    await notifier().tell(event('missed', { sequence: 4 }))
    await notifier().tell(event('missed', { sequence: 4 }))
    await notifier().tell(event('missed', { sequence: 8 }))
    expect(await all()).toHaveLength(2)
  })

  it('is not told of what was settled meanwhile', async () => {
    publication = { state: 'published', version: 7, text: 'x' }
    await notifier().tell(event('unconfirmed', { sequence: 5 }))
    const about = { workspaceId: ws, subject: 'chan_1', sequence: 3 }
    await notifier().tell(
      channelReconnectNeeded.create({ now: clock.now(), random }, about, { channelId: 'chan_1', network: 'bluesky' }),
    )
    expect(await all()).toEqual([])
    expect(ses.sent).toEqual([])
  })

  it('of another workspace is told nothing', async () => {
    await notifier().tell(event('missed'))
    expect((await store.list('ws_2', {}, 10)).items).toEqual([])
    await expect(store.read('ws_2', (await only()).id, 'user_1', () => [])).rejects.toMatchObject({ kind: 'not_found' })
  })
})

describe('the mail', () => {
  it('is not sent where the deployment has no sender, and the notification says so', async () => {
    await notifier(false).tell(event('missed'))
    expect(await only()).toMatchObject({ mail: 'off' })
    people = []
    await notifier().tell(event('failed'))
    expect((await all()).map(({ mail }) => mail).sort()).toEqual(['nobody', 'off'])
  })

  it('goes on where it stopped when the service could not take it: nobody gets it twice', async () => {
    ses.refuse = ({ to }) => (to.includes('bob') ? 'TooManyRequestsException' : undefined)
    const missed = event('missed')
    await expect(notifier().tell(missed)).rejects.toThrow()
    expect(await only()).toMatchObject({ mail: 'pending' })
    ses.refuse = () => undefined
    await notifier().tell(missed)
    expect(await only()).toMatchObject({ mail: 'sent' })
    expect(ses.sent.map(({ to }) => (to.includes('ana') ? 'ana' : 'bob'))).toEqual(['ana', 'bob'])
  })

  it('leaves out an address that is refused', async () => {
    ses.refuse = ({ to }) => (to.includes('ana') ? 'MessageRejected' : undefined)
    const missed = event('missed')
    await notifier().tell(missed)
    await notifier().tell(missed)
    expect(await only()).toMatchObject({ mail: 'sent' })
    expect(ses.sent.map(({ to }) => to)).toEqual(['bob@example.org'])
  })

  it('is taken up after the lease of a function that died while sending; until then its message comes back', async () => {
    ses.taken = () => new Promise(() => {}) // killed here: the letter to Ana was taken
    const missed = event('missed')
    void notifier()
      .tell(missed)
      .catch(() => {})
    await expect.poll(() => ses.sent.length).toBe(1)
    ses.taken = async () => {}
    await expect(notifier().tell(missed)).rejects.toMatchObject({ code: 'mail_under_way' })
    expect(ses.sent).toHaveLength(1)
    clock.advance(61_000)
    await notifier().tell(missed)
    expect(await only()).toMatchObject({ mail: 'sent' })
    expect(ses.sent.some(({ to }) => to.includes('bob'))).toBe(true)
  })

  it('keeps every header on its line, whatever it is given', async () => {
    const client = new SESv2Client({
      endpoint: ses.url,
      region: 'eu-west-3',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    })
    const letter = {
      to: 'a@example.org\n>,b@example.org',
      subject: 'One\r\nBcc: b@example.org\u2028two',
      text: 'a',
      html: 'a',
    }
    await new SesMail(client, 'P <p@example.org>\nBcc: c@example.org').send(letter)
    expect(ses.sent).toEqual([
      {
        from: 'P <p@example.org> Bcc: c@example.org',
        to: 'a@example.orgb@example.org',
        subject: 'One Bcc: b@example.org two',
        text: 'a',
        html: 'a',
      },
    ])
  })

  it('holds no header and no markup that a post or a name smuggled in', async () => {
    publication = {
      state: 'missed',
      version: 5,
      text: 'Hé\r\nBcc: all@example.org <img src=x onerror=alert(1)> {when} & {reason}',
    }
    people = [
      { id: 'user_3', email: 'eve@example.org\r\nBcc: all@example.org', name: 'Eve\r\nBcc: <all@example.org>, "' },
    ]
    await notifier().tell(event('missed'))
    const [letter] = ses.sent
    if (letter === undefined) throw new Error('no letter')
    for (const header of [letter.subject, letter.to, letter.from]) expect(header).not.toMatch(/[\r\n]/)
    expect(letter.to).not.toMatch(/[,;]\s*all@/)
    expect(letter.subject).toContain('{when}')
    expect(letter.html).not.toContain('<img')
    expect(letter.html).toContain('&lt;img')
  })
})

describe('the list', () => {
  it('is newest first, unread or read, page by page; reading is written once', async () => {
    for (const sequence of [1, 2, 3]) {
      clock.advance(1000)
      await notifier(false).tell(event('missed', { sequence }))
    }
    const listed = await all()
    expect(listed.map(({ createdAt }) => createdAt)).toEqual(
      listed
        .map(({ createdAt }) => createdAt)
        .sort()
        .toReversed(),
    )
    const [newest] = listed
    if (newest === undefined) throw new Error('none')
    const read = await store.read(ws, newest.id, 'user_1', () => [])
    clock.advance(1000)
    expect(await store.read(ws, newest.id, 'user_2', () => [])).toEqual(read)
    expect(read).toMatchObject({ readBy: 'user_1' })
    const first = await store.list(ws, { unread: true }, 1)
    const second = await store.list(ws, { unread: true }, 1, first.next)
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(listed.slice(1).map(({ id }) => id))
    expect((await store.list(ws, { unread: false }, 10)).items.map(({ id }) => id)).toEqual([newest.id])
    await expect(store.read(ws, 'note_1', 'user_1', () => [])).rejects.toMatchObject({ kind: 'not_found' })
  })
})

it('tells of an answer that the network rejected after all, with its words', async () => {
  const about = { workspaceId: ws, subject: 'men_1', sequence: 4 }
  const data = { mentionId: 'men_1', channelId: 'chan_1', network: 'bluesky', kind: 'review', state: 'visible' }
  await notifier().tell(
    mentionAnswerFailed.create({ now: clock.now(), random }, about, { ...data, reason: 'Re-engagement (131047)' }),
  )
  expect(await read()).toMatchObject({
    kind: 'mention.answer_failed',
    severity: 'warning',
    settles: { method: 'POST', path: '/v1/mentions/men_1/actions' },
    subjects: { mentionId: 'men_1', channelId: 'chan_1' },
    happened:
      'Bluesky a d’abord accepté une réponse de @creperie, puis l’a rejetée ou n’a pas pu la remettre. Raison\u00a0: Re-engagement (131047)',
  })
})

it('makes or settles a notification with every event that reaches the consumer', () => {
  const handled = new Set<string>([...notificationKinds, ...Object.values(settledBy).flat()])
  expect([...handled].sort()).toEqual([...consumers.notify.source.names].sort())
})
