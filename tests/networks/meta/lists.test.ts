import { expect, it } from 'vitest'
import { type ListPage, type Lists, pollLists } from '../../../shared/networks/meta/index.ts'

/** A list as Meta shows it: newest first, whole seconds, pages of three. */
class Listed {
  readonly #items: { readonly id: string; readonly at: number }[] = []
  now = 1_000_000_000
  pages = 0
  add(at = this.now): string {
    const id = `i${this.#items.length}`
    this.#items.push({ id, at: Math.floor(at / 1000) * 1000 })
    return id
  }
  #page(start: number): ListPage[] {
    this.pages += 1
    const all = [...this.#items].sort((a, b) => b.at - a.at)
    const items = all.slice(start, start + 3).map(({ id, at }) => ({
      id,
      at,
      event: { kind: 'comment' as const, action: 'created' as const, externalId: id, at },
    }))
    return [{ list: 'one', items, ...(start + 3 < all.length ? { after: String(start + 3) } : {}) }]
  }
  readonly lists: Lists = {
    first: async () => this.#page(0),
    more: async (_, after) => this.#page(Number(after)),
  }
  poll(cursor?: string) {
    return pollLists({ now: () => this.now, sleep: async () => {} }, cursor, this.lists)
  }
  async drain(cursor: string | undefined) {
    const ids: string[] = []
    for (let at = cursor; ; ) {
      const polled = await this.poll(at)
      ids.push(...polled.events.map(({ externalId }) => externalId))
      at = polled.cursor
      if (!polled.more) return { ids, cursor: at }
    }
  }
}

it('brings nothing of what was there before, however recent', async () => {
  const one = new Listed()
  for (let i = 0; i < 7; i++) one.add(one.now - i * 15_000)
  const { cursor, events, more } = await one.poll()
  expect([events, more]).toEqual([[], false])
  const next = one.add()
  one.now += 60_000
  expect((await one.drain(cursor)).ids).toEqual([next])
})

it('brings what appears late, with an older time, once', async () => {
  const one = new Listed()
  const { cursor } = await one.poll()
  one.now += 600_000
  const second = await one.poll(cursor)
  const late = one.add(one.now - 200_000)
  one.now += 60_000
  const third = await one.poll(second.cursor)
  expect(third.events.map(({ externalId }) => externalId)).toEqual([late])
  expect((await one.poll(third.cursor)).events).toEqual([])
})

it('catches up after days, page by page, without loss and without doubles while more arrives', async () => {
  const one = new Listed()
  const { cursor } = await one.poll()
  const sent = Array.from({ length: 50 }, (_, i) => one.add(one.now + i * 3_600_000))
  one.now += 50 * 3_600_000
  let polled = await one.poll(cursor)
  const seen = polled.events.map(({ externalId }) => externalId)
  while (polled.more) {
    sent.push(one.add())
    polled = await one.poll(polled.cursor)
    seen.push(...polled.events.map(({ externalId }) => externalId))
  }
  const rest = await one.drain(polled.cursor)
  seen.push(...rest.ids)
  expect(new Set(seen)).toEqual(new Set(sent))
  expect(seen.length).toBe(sent.length)
})

it('remembers no more than it must', async () => {
  const one = new Listed()
  let { cursor } = await one.poll()
  for (let day = 0; day < 30; day++) {
    for (let i = 0; i < 20; i++) one.add(one.now + i * 1000)
    one.now += 24 * 3_600_000
    cursor = (await one.drain(cursor)).cursor
  }
  expect(cursor?.length).toBeLessThan(200)
})
