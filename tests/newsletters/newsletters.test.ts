/** Nobody gets an issue twice, nobody after leaving, nobody without having agreed; and what is kept of whom. */

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { keys } from '../../shared/aws/keys.ts'
import type { Posted } from '../../shared/networks/network.ts'
import { subscriberRecord } from '../../shared/newsletters/list.ts'
import { linksOf, renderIssue } from '../../shared/newsletters/render.ts'
import { House } from './house.ts'

let house: House
beforeAll(async () => {
  house = await House.open('newsletters')
})
afterAll(() => house.close())
beforeEach(() => {
  house.sent.length = 0
  house.answers.length = 0
  house.queue.length = 0
  house.meanwhile = async () => {}
})
const to = () => house.sent.map((letter) => letter.to).toSorted()
const sent: Posted = { kind: 'sent', answer: '250' }

describe('an issue', () => {
  it('goes to everybody on the list, each once, however often it is started and woken', async () => {
    const { list, emails } = await house.filled(60)
    const key = await house.start(list.id)
    const [first] = house.queue
    await house.desk.start({ key, listId: list.id, subject: 'x', text: 'other', language: 'fr' })
    await house.settle(key)
    if (first !== undefined) await house.deliverer().wake(first)
    expect(to()).toEqual(emails.toSorted())
    expect(await house.desk.progress(key)).toMatchObject({ done: 60, total: 60, finished: true })
    expect(await house.desk.counters(key)).toEqual({
      delivered: 60,
      bounces: 0,
      complaints: 0,
      unsubscribes: 0,
      clicks: 0,
    })
  })
  it('is nobody’s twice, wherever the function dies, and counts those of whom nobody can tell', async () => {
    for (const when of ['kill before', 'kill after'] as const) {
      const { list, emails } = await house.filled(5)
      house.sent.length = 0
      house.answers.push(sent, sent, when, sent, when)
      const key = await house.start(list.id)
      await house.settle(key)
      expect(new Set(to()).size).toBe(to().length)
      expect(to().length).toBe(when === 'kill after' ? 5 : 3)
      for (const address of to()) expect(emails).toContain(address)
      expect(await house.desk.progress(key)).toMatchObject({ done: 5, unknown: 2, finished: true })
    }
  })
  it('is nobody’s twice when two functions send it at once', async () => {
    const { list, emails } = await house.filled(12)
    const key = await house.start(list.id)
    const [message] = house.queue.splice(0)
    if (message === undefined) throw new Error('nothing was queued')
    house.meanwhile = async () => {
      house.meanwhile = async () => {}
      // the lease of the first ran out while it held a letter
      house.clock.offset += 200_000
      await house.settle(key)
    }
    await house.deliverer().wake(message)
    await house.settle(key)
    expect(new Set(to()).size).toBe(to().length)
    expect(to()).toEqual(emails.toSorted())
    expect(await house.desk.progress(key)).toMatchObject({ done: 12 })
  })
  it('is tried again where it surely did not leave, and nowhere else', async () => {
    const { list } = await house.filled(6)
    house.answers.push(
      { kind: 'transient', message: 'x' },
      sent,
      { kind: 'limited', until: house.clock.now() + 60_000, scope: 'channel', message: 'x' },
      { kind: 'unknown', message: 'x' },
      { kind: 'reauthorize', message: 'The password is wrong.' },
    )
    const key = await house.start(list.id)
    await house.settle(key)
    expect(new Set(to()).size).toBe(6)
    expect(to()).toHaveLength(6)
    expect(await house.desk.progress(key)).toMatchObject({ done: 6, unknown: 1 })
    expect(house.reconnects).toEqual(['The password is wrong.'])
  })
  it('stops where the server refuses the letter itself, and says why', async () => {
    const { list } = await house.filled(3)
    house.answers.push(sent, { kind: 'rejected', reason: 'policy', message: 'It looks like spam.' })
    const key = await house.start(list.id)
    await house.settle(key)
    expect(to()).toHaveLength(1)
    expect(await house.desk.progress(key)).toMatchObject({
      done: 1,
      finished: true,
      stopped: { reason: 'It looks like spam.', sent: 1, notSent: 2, times: 1 },
    })
  })
  it('never reaches who leaves before their copy, even in the last moment', async () => {
    const { list } = await house.filled(30)
    const all = (await house.subscribers.list(house.workspaceId, list.id, 'subscribed', 100)).items
    const left: string[] = []
    house.meanwhile = async (letter) => {
      const next = all.find(({ email, id }) => email !== letter.to && !left.includes(id) && !to().includes(email ?? ''))
      if (next === undefined || house.sent.length % 3 !== 0) return
      left.push(next.id)
      await house.subscribers.gone(house.workspaceId, next.id, 'left')
    }
    const key = await house.start(list.id)
    await house.settle(key)
    const gone = all.filter(({ id }) => left.includes(id)).map(({ email }) => email)
    expect(gone.length).toBeGreaterThan(5)
    for (const email of gone) expect(to()).not.toContain(email)
    expect(to()).toHaveLength(30 - gone.length)
    expect((await house.lists.get(house.workspaceId, list.id)).subscribers).toBe(30 - gone.length)
  })
  it('carries how to leave in one click, with an address for each person', async () => {
    const { list } = await house.filled(2)
    const key = await house.start(list.id)
    await house.settle(key)
    const addresses = house.sent.map(({ headers }) => headers['List-Unsubscribe'] ?? '')
    expect(new Set(addresses).size).toBe(2)
    for (const [i, { headers, html, text }] of house.sent.entries()) {
      const address = (addresses[i] ?? '').slice(1, -1)
      expect(headers['List-Unsubscribe-Post']).toBe('List-Unsubscribe=One-Click')
      expect(address).toMatch(/^https:\/\/parvis\.example\/newsletters\/ws_\w+\.sub_\w+\.[\w-]+\/unsubscribe\?issue=/)
      expect(text).toContain(address)
      expect(html).toContain(address.replace(/&/g, '&amp;'))
      expect(html).toContain('1 quai des Brumes')
      expect(html).toContain(`/newsletters/issues/${house.workspaceId}/${key}/links/0"`)
      expect(html).not.toContain('<img')
    }
  })
  it('is refused for a list of another channel', async () => {
    const list = await house.list({ channelId: 'chan_01J00000000000000000000000' })
    await expect(house.start(list.id)).rejects.toMatchObject({ kind: 'not_found' })
  })
})

describe('how somebody gets on a list', () => {
  const ask = async (list: Awaited<ReturnType<House['list']>>, email: string) =>
    house.subscribers.ask(list, { email, source: 'https://boulangerie.example/lettre' }, () => [])
  const link = () => /newsletters\/(\S+)\/confirm/.exec(house.sent.at(-1)?.text ?? '')?.[1] ?? ''

  it('is asked by one letter, gets nothing before they confirm, and the proof is kept', async () => {
    const list = await house.list()
    const asked = await ask(list, 'Lea@lecteurs.example')
    expect(asked.state).toBe('pending')
    await house.settle(asked.id)
    expect(house.sent).toHaveLength(1)
    expect(house.sent[0]).toMatchObject({ to: 'Lea@lecteurs.example' })
    expect(house.sent[0]?.text).toContain(list.wording)
    const key = await house.start(list.id)
    await house.settle(key)
    expect(house.sent).toHaveLength(1)

    const confirmed = await house.subscribers.confirm(link(), 'A browser')
    expect(confirmed).toMatchObject({
      state: 'subscribed',
      proof: { source: 'https://boulangerie.example/lettre', wording: list.wording, userAgent: 'A browser' },
    })
    expect(confirmed?.proof.confirmedAt).toBeDefined()
    // the button pressed twice is pressed once
    expect(await house.subscribers.confirm(link(), 'Another')).toMatchObject({ proof: { userAgent: 'A browser' } })
    expect((await house.lists.get(house.workspaceId, list.id)).subscribers).toBe(1)
  })
  it('is not pestered: one letter a day, however often the form is sent, in whatever case', async () => {
    const list = await house.list()
    const first = await ask(list, 'zoe@lecteurs.example')
    await house.settle(first.id)
    expect((await ask(list, 'ZOE@lecteurs.example')).id).toBe(first.id)
    await house.settle(first.id)
    expect(house.sent).toHaveLength(1)
    house.clock.offset += 25 * 3600_000
    await ask(list, 'zoe@lecteurs.example')
    await house.settle(first.id)
    expect(house.sent).toHaveLength(2)
  })
  it('gets no further letter when an older letter fails after a newer one was sent', async () => {
    const list = await house.list()
    const asked = await ask(list, 'ines@lecteurs.example')
    house.answers.push(sent, { kind: 'transient', message: 'connection refused' })
    house.meanwhile = async () => {
      house.meanwhile = async () => {}
      // the first letter is still on its way when they ask again a day later
      house.clock.offset += 25 * 3600_000
      await ask(list, 'ines@lecteurs.example')
      await house.settle(asked.id)
    }
    await house.settle(asked.id)
    expect(to()).toEqual(['ines@lecteurs.example'])
    const { wakeAt } = (await house.table.get(keys.subscriber(house.workspaceId, asked.id), subscriberRecord)) ?? {}
    expect(wakeAt).toBeUndefined()
  })
  it('is not confirmed by a link that was guessed, cut, of another, or used after leaving', async () => {
    const list = await house.list()
    const asked = await ask(list, 'max@lecteurs.example')
    await house.settle(asked.id)
    const good = link()
    const record = await house.table.get(keys.subscriber(house.workspaceId, asked.id), subscriberRecord)
    for (const bad of [
      '',
      'x',
      good.slice(0, -1),
      `${good}a`,
      good.replace(asked.id, 'sub_01J00000000000000000000000'),
    ])
      expect(await house.subscribers.confirm(bad, undefined), bad).toBeUndefined()
    // what stands in letters lets one leave, not confirm
    expect(
      await house.subscribers.confirm(`${house.workspaceId}.${asked.id}.${record?.token}`, undefined),
    ).toBeUndefined()
    await house.subscribers.gone(house.workspaceId, asked.id, 'left')
    expect(await house.subscribers.confirm(good, undefined)).toBeUndefined()
  })
  it('is forgotten who never confirms', async () => {
    const list = await house.list()
    const asked = await ask(list, 'jamais@lecteurs.example')
    house.clock.offset += 31 * 24 * 3600_000
    await expect(house.subscribers.get(house.workspaceId, asked.id)).rejects.toMatchObject({ kind: 'not_found' })
  })
  it('is not imported back who left, and may ask again by themselves', async () => {
    const { list, emails } = await house.filled(1)
    const [one] = (await house.subscribers.list(house.workspaceId, list.id, 'subscribed', 10)).items
    await house.subscribers.gone(house.workspaceId, one?.id ?? '', 'left')
    const proof = { at: new Date().toISOString(), source: 'x', wording: 'x' }
    const again = await house.subscribers.import(list, { proof, subscribers: [{ email: emails[0] ?? '' }] })
    expect(again).toEqual({ imported: 0, already: 0, suppressed: 1 })
    const asked = await ask(list, emails[0] ?? '')
    await house.settle(asked.id)
    expect(await house.subscribers.confirm(link(), undefined)).toMatchObject({ state: 'subscribed' })
  })
})

describe('how somebody leaves', () => {
  /** All that is stored of this workspace's subscriptions. */
  const everything = async (listId: string, id: string) => {
    const record = await house.table.get(
      keys.subscriber(house.workspaceId, id),
      z.looseObject({ addressHash: z.string() }),
    )
    const hash = record?.addressHash ?? ''
    const address = await house.table.get(keys.subscriberAddress(house.workspaceId, hash, listId), z.looseObject({}))
    return JSON.stringify([record, address])
  }

  it('is erased but for the proof, counts once, and the link goes on answering', async () => {
    const { list, emails } = await house.filled(1)
    const key = await house.start(list.id)
    await house.settle(key)
    const address =
      /newsletters\/([^/]+)\/unsubscribe/.exec(house.sent[0]?.headers['List-Unsubscribe'] ?? '')?.[1] ?? ''
    const gone = await house.subscribers.leave(address)
    expect(gone).toMatchObject({ state: 'left', proof: { source: 'caisse' } })
    expect(gone?.email).toBeUndefined()
    expect(await house.subscribers.leave(address)).toEqual(gone)
    expect((await house.lists.get(house.workspaceId, list.id)).subscribers).toBe(0)
    expect(await everything(list.id, gone?.id ?? '')).not.toContain(emails[0])
  })
  it('and an address that the server refuses is taken off, the others get theirs', async () => {
    const { list } = await house.filled(3)
    house.answers.push({ kind: 'bounced', finding: 'no_mailbox', message: '550' })
    const key = await house.start(list.id)
    await house.settle(key)
    expect(to()).toHaveLength(2)
    expect(await house.desk.counters(key)).toMatchObject({ delivered: 2, bounces: 1 })
    expect((await house.lists.get(house.workspaceId, list.id)).subscribers).toBe(2)
  })
})

it('lets go of addresses that gave no sign for as long as the list says, looking once a day', async () => {
  const { list } = await house.filled(30)
  const [young] = (await house.subscribers.list(house.workspaceId, list.id, 'subscribed', 1)).items
  await house.lists.change(house.workspaceId, list.id, { inactiveAfterDays: 30 }, undefined, () => [])
  const wakeAt = async () => (await house.lists.record(house.workspaceId, list.id)).wakeAt ?? ''
  const days = async (count: number) => {
    for (let day = 0; day < count; day++) {
      const at = await wakeAt()
      house.clock.offset += Math.max(0, Date.parse(at) - house.clock.now())
      // a second message of the same day changes nothing
      for (let twice = 0; twice < 2; twice++)
        await house
          .deliverer()
          .wake({ kind: 'list_cleanup', workspaceId: house.workspaceId, listId: list.id, wakeAt: at })
    }
  }
  await days(20)
  expect((await house.lists.get(house.workspaceId, list.id)).subscribers).toBe(30)
  const lastSignAt = new Date(house.clock.now()).toISOString()
  await house.table.write({ update: keys.subscriber(house.workspaceId, young?.id ?? ''), set: { lastSignAt } })
  await days(15)
  expect((await house.lists.get(house.workspaceId, list.id)).subscribers).toBe(1)
  const { items } = await house.subscribers.list(house.workspaceId, list.id, undefined, 100)
  expect(items.filter(({ state, email }) => state === 'inactive' && email === undefined)).toHaveLength(29)
})

describe('what a letter looks like', () => {
  const issue = (text: string) =>
    renderIssue(
      {
        list: { name: 'A & B', footer: '<b>x</b>' },
        subject: '<script>',
        text,
        language: 'fr',
        unsubscribeUrl: 'https://p.example/u?a=1&b=2',
        linkUrl: (n) => `https://p.example/l/${n}`,
      },
      linksOf(text),
    )
  it('shows HTML and dangerous links as text', () => {
    const { html } = issue(
      '<img src=x onerror=alert(1)> [a](javascript:alert(1)) [b](data:text/html,x) **gras** <script>1</script>',
    )
    expect(html).not.toMatch(/<img|<script|javascript:|data:|<b>x/)
    expect(html).toContain('<strong>gras</strong>')
  })
  it('has a plain text that reads as text, with the addresses of its links', () => {
    const { text } = issue(
      [
        '# Les *nouveautés* & plus',
        '',
        'Bonjour **Léa**, [voyez](https://x.example/?a=1&b=2) ou <https://y.example>,',
        'écrivez à [nous](mailto:a@b.example) ~~jamais~~ `code` ![le pain](https://x.example/p.jpg).  ',
        'Fin \\*vraie\\*',
        '',
        '- un',
        '  - deux',
        '1. **trois**',
        '',
        '> cité',
        '',
        '| a | b |',
        '|---|---|',
        '| 1 | **2** |',
        '',
        '---',
        '',
        '<b>x</b> [z](javascript:alert(1))',
      ].join('\n'),
    )
    expect(text.split('\n\n-- \n')[0]).toBe(
      [
        'Les nouveautés & plus',
        '',
        'Bonjour Léa, voyez <https://x.example/?a=1&b=2> ou https://y.example,',
        'écrivez à nous <a@b.example> jamais code le pain.',
        'Fin *vraie*',
        '',
        '- un',
        '  - deux',
        '',
        '1. trois',
        '',
        '> cité',
        '',
        'a | b',
        '1 | 2',
        '',
        '----------',
        '',
        '<b>x</b> z',
      ].join('\n'),
    )
  })
  it('counts links, each once, and leaves mail addresses alone', () => {
    const text =
      '[a](https://x.example/?q=1&r=2) [b](https://y.example) [c](https://x.example/?q=1&r=2) [d](mailto:a@b.example)'
    expect(linksOf(text)).toEqual(['https://x.example/?q=1&r=2', 'https://y.example'])
    const { html } = issue(text)
    expect(html.match(/links?\/|https:\/\/p\.example\/l\/\d/g)).toEqual([
      'https://p.example/l/0',
      'https://p.example/l/1',
      'https://p.example/l/0',
    ])
    expect(html).toContain('href="mailto:a@b.example"')
  })
})
