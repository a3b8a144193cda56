/** Who is taken off for a bounce, who is not, and how a mistake is taken back. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { keys } from '../../shared/aws/keys.ts'
import type { AddressFinding, Letter, Posted } from '../../shared/networks/network.ts'
import { subscriberRecord } from '../../shared/newsletters/list.ts'
import { newsletterTexts } from '../../shared/newsletters/texts.ts'
import { House } from './house.ts'

let house: House
beforeAll(async () => {
  house = await House.open('bounces')
})
afterAll(() => house.close())
beforeEach(() => {
  house.sent.length = 0
  house.answers.length = 0
  house.queue.length = 0
  house.refusing.clear()
})

const sent: Posted = { kind: 'sent', answer: '250' }
const states = async (listId: string) =>
  (await house.subscribers.list(house.workspaceId, listId, undefined, 100)).items.map(({ state }) => state).toSorted()
const everybody = (count: number) => Array.from({ length: count }, () => 'subscribed')
const bounce = (letter: Letter | undefined, finding: AddressFinding) =>
  house.desk.reported({ kind: 'bounce', finding, words: '', messageId: letter?.messageId ?? '' })
/** An issue that everybody gets. */
async function issue(listId: string): Promise<Letter[]> {
  house.sent.length = 0
  await house.settle(await house.start(listId))
  return [...house.sent]
}

describe('a refusal of the sender', () => {
  it('stops the issue at once, takes nobody off, and says what was sent; retried, the others get theirs', async () => {
    const { list, emails } = await house.filled(5)
    const refusal = { kind: 'rejected', reason: 'permission', message: 'Client host blocked.' } as const
    house.answers.push(sent, sent, refusal)
    const key = await house.start(list.id)
    await house.settle(key)
    expect(house.sent).toHaveLength(2)
    expect(await house.desk.progress(key)).toMatchObject({
      finished: true,
      stopped: { reason: 'Client host blocked.', sent: 2, notSent: 3, times: 1 },
    })
    expect(await states(list.id)).toEqual(everybody(5))
    // nothing goes on by itself
    await house.settle(key)
    expect(house.sent).toHaveLength(2)
    await house.desk.start({ key, listId: list.id, subject: 'x', text: 'x', language: 'fr' })
    await house.settle(key)
    expect(house.sent.map(({ to }) => to).toSorted()).toEqual(emails.toSorted())
    expect(await house.desk.progress(key)).toMatchObject({ done: 5, finished: true })
    expect((await house.desk.progress(key))?.stopped).toBeUndefined()
  })
  it('in a report takes nobody off, however often it comes', async () => {
    const { list } = await house.filled(1)
    for (let n = 0; n < 5; n++) await bounce((await issue(list.id))[0], 'none')
    expect(await states(list.id)).toEqual(['subscribed'])
  })
})

describe('one recipient that is refused', () => {
  it('for good, goes without, and the rest get theirs', async () => {
    const { list, emails } = await house.filled(5)
    house.refusing.set(emails[2] ?? '', { kind: 'bounced', finding: 'mailbox_unavailable', message: '552 5.2.2 full' })
    const key = await house.start(list.id)
    await house.settle(key, 12)
    expect(house.sent).toHaveLength(4)
    expect(await house.desk.progress(key)).toMatchObject({ done: 5, finished: true })
    expect(await states(list.id)).toEqual(everybody(5))
  })
  it('for now, is tried again when the rest had theirs, and gets it once it is taken', async () => {
    const { list, emails } = await house.filled(5)
    const grey = emails[1] ?? ''
    house.refusing.set(grey, { kind: 'deferred', finding: 'none', message: '451 greylisted' })
    const key = await house.start(list.id)
    house.meanwhile = async () => {
      if (house.sent.length === 4) house.refusing.clear()
    }
    await house.settle(key, 12)
    house.meanwhile = async () => {}
    expect(house.sent.map(({ to }) => to).toSorted()).toEqual(emails.toSorted())
    expect(house.sent.at(-1)?.to).toBe(grey)
    expect(await house.desk.progress(key)).toMatchObject({ done: 5, finished: true })
  })
  it('for ever, does not hold the issue for ever', async () => {
    const { list, emails } = await house.filled(5)
    house.refusing.set(emails[0] ?? '', {
      kind: 'deferred',
      finding: 'none',
      message: '550 too many invalid recipients',
    })
    const key = await house.start(list.id)
    await house.settle(key, 12)
    expect(house.sent).toHaveLength(4)
    expect(await house.desk.progress(key)).toMatchObject({ done: 5, finished: true })
    expect(await states(list.id)).toEqual(everybody(5))
  })
  it('with words of the whole session, is passed over after two waits', async () => {
    const { list, emails } = await house.filled(5)
    const limited = () =>
      ({ kind: 'limited', until: house.clock.now() + 60_000, scope: 'channel', message: '4' }) as const
    house.refusing.set(emails[2] ?? '', limited())
    const key = await house.start(list.id)
    await house.settle(key, 20)
    expect(house.sent).toHaveLength(4)
    expect(await house.desk.progress(key)).toMatchObject({ done: 5, finished: true })
  })
  it('who leaves while they are put off gets none, and the issue ends', async () => {
    const { list, emails } = await house.filled(2)
    house.refusing.set(emails[0] ?? '', { kind: 'deferred', finding: 'none', message: '451' })
    const key = await house.start(list.id)
    const [message] = house.queue.splice(0)
    if (message === undefined) throw new Error('nothing was queued')
    await house.deliverer().wake(message)
    const all = (await house.subscribers.list(house.workspaceId, list.id, 'subscribed', 10)).items
    const who = all.find(({ email }) => email === emails[0])
    await house.subscribers.gone(house.workspaceId, who?.id ?? '', 'left')
    house.refusing.clear()
    await house.settle(key)
    expect(house.sent.map(({ to }) => to)).toEqual([emails[1]])
    expect(await house.desk.progress(key)).toMatchObject({ done: 1, finished: true })
  })
})

it('gives an issue up, and says why, where nothing could be sent for two days', async () => {
  const { list } = await house.filled(2)
  house.everything = { kind: 'transient', message: 'The mail server cannot be reached.' }
  const key = await house.start(list.id)
  await house.settle(key, 200)
  house.everything = undefined
  expect(await house.desk.progress(key)).toMatchObject({
    finished: true,
    stopped: {
      sent: 0,
      notSent: 2,
      reason: newsletterTexts.nothingForTwoDays({ why: 'The mail server cannot be reached.' }),
    },
  })
  expect(await states(list.id)).toEqual(everybody(2))
})

describe('a report', () => {
  it('of a mailbox that is none, or a complaint, takes them off every list at once, counted once', async () => {
    const { list } = await house.filled(3)
    const other = await house.list()
    const proof = { at: new Date().toISOString(), source: 'caisse', wording: 'x' }
    const key = await house.start(list.id)
    await house.settle(key)
    const [a, b] = house.sent
    await house.subscribers.import(other, { proof, subscribers: [{ email: a?.to ?? '' }, { email: b?.to ?? '' }] })
    for (let twice = 0; twice < 2; twice++) {
      await bounce(a, 'no_mailbox')
      await house.desk.reported({ kind: 'complaint', words: 'abuse', messageId: b?.messageId ?? '' })
    }
    expect(await states(list.id)).toEqual(['bounced', 'complained', 'subscribed'])
    expect(await states(other.id)).toEqual(['bounced', 'complained'])
    expect(await house.desk.counters(key)).toMatchObject({ delivered: 2, bounces: 1, complaints: 1 })
    expect((await house.lists.get(house.workspaceId, list.id)).subscribers).toBe(1)
  })
  it('that nobody signed changes nothing: another’s letter, a foreign one, an old signature', async () => {
    const { list } = await house.filled(2)
    const [mine, theirs] = await issue(list.id)
    const [, victim] = /(sub_\w{26})/.exec(theirs?.messageId ?? '') ?? []
    const forged = (mine?.messageId ?? '').replace(/sub_\w{26}/, victim ?? '')
    for (const messageId of [
      forged,
      (theirs?.messageId ?? '').replace(/.@/, 'A@').replace(/AA@/, 'BB@'),
      'other@elsewhere.example',
      `pub_01J00000000000000000000000.1.${victim}@boulangerie.example`,
      '',
    ]) {
      await house.desk.reported({ kind: 'bounce', finding: 'no_mailbox', words: '5.1.1', messageId })
      await house.desk.reported({ kind: 'complaint', words: 'abuse', messageId })
    }
    expect(await states(list.id)).toEqual(everybody(2))
  })
  it('of a full mailbox counts in a row: a letter that is taken in between resets it', async () => {
    const { list } = await house.filled(1)
    const full = async () => bounce((await issue(list.id))[0], 'mailbox_unavailable')
    await full()
    await full()
    await issue(list.id)
    await full()
    await full()
    expect(await states(list.id)).toEqual(['subscribed'])
    await full()
    expect(await states(list.id)).toEqual(['bounced'])
  })
  it('of a full mailbox is forgotten after half a year, and counts once for a letter', async () => {
    const { list } = await house.filled(1)
    const [first] = await issue(list.id)
    for (let often = 0; often < 5; often++) await bounce(first, 'mailbox_unavailable')
    await bounce((await issue(list.id))[0], 'mailbox_unavailable')
    house.clock.offset += 190 * 24 * 3600_000
    await bounce((await issue(list.id))[0], 'mailbox_unavailable')
    expect(await states(list.id)).toEqual(['subscribed'])
  })
})

describe('a bounce that was a mistake', () => {
  const bounced = async () => {
    const { list, emails } = await house.filled(1)
    await bounce((await issue(list.id))[0], 'no_mailbox')
    const [one] = (await house.subscribers.list(house.workspaceId, list.id, undefined, 10)).items
    return { list, email: emails[0] ?? '', id: one?.id ?? '' }
  }
  const lift = (id: string, email: string) =>
    house.subscribers.liftBounce(house.workspaceId, id, { email, reason: 'Telephoned' }, 'user_1', () => [])

  it('is taken back by typing the address again, with a reason; then letters leave again', async () => {
    const { list, email, id } = await bounced()
    await expect(lift(id, 'other@lecteurs.example')).rejects.toMatchObject({ code: 'other_address' })
    expect(await lift(id, email.toUpperCase())).toMatchObject({
      state: 'subscribed',
      lifted: { by: 'user_1', reason: 'Telephoned' },
    })
    expect((await house.lists.get(house.workspaceId, list.id)).subscribers).toBe(1)
    expect(await issue(list.id)).toHaveLength(1)
    await expect(lift(id, email)).rejects.toMatchObject({ code: 'not_bounced' })
  })
  it('is nothing else: who left or complained is not taken back, nor imported after a form was sent', async () => {
    for (const how of ['left', 'complained', 'inactive'] as const) {
      const { list, emails } = await house.filled(1)
      const [one] = (await house.subscribers.list(house.workspaceId, list.id, 'subscribed', 10)).items
      await house.subscribers.gone(house.workspaceId, one?.id ?? '', how)
      await expect(lift(one?.id ?? '', emails[0] ?? '')).rejects.toMatchObject({ code: 'not_bounced' })
      // anybody may type their address into the form
      await house.subscribers.ask(list, { email: emails[0] ?? '', source: 'https://x.example' }, () => [])
      const proof = { at: new Date().toISOString(), source: 'x', wording: 'x' }
      const imported = await house.subscribers.import(list, { proof, subscribers: [{ email: emails[0] ?? '' }] })
      expect(imported).toEqual({ imported: 0, already: 0, suppressed: 1 })
    }
  })
  it('makes nobody a subscriber who had not confirmed: they are asked again', async () => {
    const list = await house.list()
    const asked = await house.subscribers.ask(list, { email: 'zoe@lecteurs.example', source: 'https://x' }, () => [])
    house.answers.push({ kind: 'bounced', finding: 'no_mailbox', message: '550 5.1.1' })
    await house.settle(asked.id)
    expect((await house.subscribers.get(house.workspaceId, asked.id)).state).toBe('bounced')
    expect(await lift(asked.id, 'zoe@lecteurs.example')).toMatchObject({ state: 'pending' })
    await house.settle(asked.id)
    expect(house.sent.map(({ to }) => to)).toEqual(['zoe@lecteurs.example'])
    expect((await house.lists.get(house.workspaceId, list.id)).subscribers).toBe(0)
  })
})

describe('a letter that asks to confirm', () => {
  it('does not hold what confirms where mail servers log it, and its bounce counts', async () => {
    const list = await house.list()
    const asked = await house.subscribers.ask(list, { email: 'ann@lecteurs.example', source: 'https://x' }, () => [])
    await house.settle(asked.id)
    const record = await house.table.get(keys.subscriber(house.workspaceId, asked.id), subscriberRecord)
    expect(JSON.stringify([house.sent[0]?.messageId, house.sent[0]?.headers])).not.toContain(record?.confirmToken)
    await bounce(house.sent[0], 'no_mailbox')
    expect((await house.subscribers.get(house.workspaceId, asked.id)).state).toBe('bounced')
  })
  it('is tried again where the sender was refused', async () => {
    const list = await house.list()
    const asked = await house.subscribers.ask(list, { email: 'eve@lecteurs.example', source: 'https://x' }, () => [])
    house.answers.push({ kind: 'rejected', reason: 'permission', message: 'Client host blocked' })
    await house.settle(asked.id)
    expect(house.sent.map(({ to }) => to)).toEqual(['eve@lecteurs.example'])
  })
})

describe('leaving by mail', () => {
  it('takes who wrote from the address of their own letter off, counted once; nobody leaves for another', async () => {
    const { list } = await house.filled(2)
    const key = await house.start(list.id)
    await house.settle(key)
    const [mine, theirs] = house.sent
    const [, victim] = /(sub_\w{26})/.exec(theirs?.leaveId ?? '') ?? []
    expect(await house.desk.left((mine?.leaveId ?? '').replace(/sub_\w{26}/, victim ?? ''))).toBe(false)
    // what proves a bounce is no wish to leave
    expect(await house.desk.left(mine?.messageId ?? '')).toBe(false)
    for (let twice = 0; twice < 2; twice++) expect(await house.desk.left(mine?.leaveId ?? '')).toBe(true)
    expect(await states(list.id)).toEqual(['left', 'subscribed'])
    expect(await house.desk.counters(key)).toMatchObject({ unsubscribes: 1 })
  })
})
