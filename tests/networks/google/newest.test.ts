import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ListedPage, type Place, readNewest } from '../../../shared/networks/google/newest.ts'

interface Thing {
  readonly id: string
  readonly at: number
}

/** A list that comes newest first, its pages named by how many things stand before them. */
class List {
  readonly things: Thing[] = []
  readonly size = 3
  #ids = 0

  add(at: number): string {
    const id = String(++this.#ids)
    this.things.unshift({ id, at })
    this.things.sort((a, b) => b.at - a.at)
    return id
  }

  readonly page = async (token: string | undefined): Promise<ListedPage<string>> => {
    if (token === 'forgotten') throw new Error('invalidPageToken')
    const start = Number(token ?? 0)
    const page = this.things.slice(start, start + this.size)
    const next = start + this.size < this.things.length ? String(start + this.size) : undefined
    return { items: page.map(({ id, at }) => ({ key: id, at, value: id })), until: page.at(-1)?.at, next }
  }
}

const reading = { overlapMs: 10, maxPages: 2 }
const throughJson = (place: Place): Place => JSON.parse(JSON.stringify(place))

async function drain(list: List, from: Place | undefined, between: () => void = () => {}) {
  const told: string[] = []
  let at = from
  for (let more = true; more; ) {
    const read = await readNewest(at, reading, list.page)
    told.push(...read.fresh)
    at = throughJson(read.place)
    more = read.more
    between()
  }
  return { told, place: at }
}

describe('a list that comes newest first', () => {
  it('tells nothing of what was there before, and everything after, oldest first', async () => {
    const list = new List()
    for (const at of [1, 50, 100, 100]) list.add(at)
    const { told, place } = await drain(list, undefined)
    expect(told).toEqual([])
    const added = [list.add(100), list.add(101), list.add(130)]
    expect((await drain(list, place)).told).toEqual(added)
  })
  it('tells of what appears late, within the overlap', async () => {
    const list = new List()
    list.add(100)
    const { place } = await drain(list, undefined)
    const late = list.add(95)
    list.add(80)
    expect((await drain(list, place)).told).toEqual([late])
  })
  it('begins a walk again whose page is forgotten', async () => {
    const list = new List()
    list.add(100)
    const { place } = await drain(list, undefined)
    const added = [list.add(200), list.add(300)]
    const walk = { token: 'forgotten', newest: 150 }
    expect((await drain(list, { ...(place as Place), walk })).told).toEqual(added)
  })
  it('loses and doubles nothing, whatever arrives while it is read', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 12 }), { maxLength: 6 }),
        async (rounds) => {
          const list = new List()
          let now = 1000
          list.add(now)
          let { place } = await drain(list, undefined)
          const added: string[] = []
          const told: string[] = []
          const add = (step: number) => {
            now += step
            added.push(list.add(now))
          }
          for (const steps of rounds) {
            const late = steps.splice(Math.ceil(steps.length / 2))
            for (const step of steps) add(step)
            const result = await drain(list, place, () => {
              const step = late.pop()
              if (step !== undefined) add(step)
            })
            told.push(...result.told)
            place = result.place
          }
          told.push(...(await drain(list, place)).told)
          expect(told.toSorted()).toEqual(added.toSorted())
        },
      ),
    )
  })
})
