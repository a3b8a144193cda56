/** The same text near a moment, on networks that refuse it: over a real engine and the real connectors' rules. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Query, Table } from '../../shared/aws/table.ts'
import { render } from '../../shared/i18n/index.ts'
import { iso } from '../../shared/kernel/clock.ts'
import { newId, systemRandom } from '../../shared/kernel/ids.ts'
import { connectorOf, networkNames } from '../../shared/networks/registry.ts'
import { duplicateWarning } from '../../shared/publishing/duplicates.ts'
import type { PublicationState } from '../../shared/publishing/publication.ts'
import { itemOf, publicationRecord } from '../../shared/publishing/record.ts'
import { Engine } from '../support/engine.ts'

const due = Date.parse('2027-02-01T08:00:00Z')
const minute = 60_000
const hour = 60 * minute
const pointer = '/channels/0'

let engine: Engine
let table: Table
let queries: Query[]
let counted: Pick<Table, 'query'>
let channelId: string
const workspaceId = newId('workspace', due, systemRandom)

beforeAll(async () => {
  engine = await Engine.start()
  table = await engine.table('duplicates')
})
afterAll(() => engine.stop())
beforeEach(() => {
  channelId = newId('channel', due, systemRandom)
  queries = []
  counted = {
    query: (query, schema) => {
      queries.push(query)
      return table.query(query, schema)
    },
  }
})

interface Said {
  readonly text?: string
  readonly parts?: readonly { text: string; mediaIds: string[] }[]
  readonly at?: number
}
const contentOf = ({ text = 'Le comté est arrivé', parts = [{ text, mediaIds: [] }] }: Said) => ({
  parts: [...parts],
  language: 'fr',
  options: {},
})

async function write(network: string, state: PublicationState, said: Said): Promise<string> {
  const record = publicationRecord.parse({
    id: newId('publication', due, systemRandom),
    workspaceId,
    postId: newId('post', due, systemRandom),
    channelId,
    network,
    state,
    content: contentOf(said),
    contentVersion: 1,
    dueAt: iso(said.at ?? due),
    latePolicy: { graceMinutes: 15 },
    attempts: 0,
    version: 1,
    createdAt: iso(due),
    updatedAt: iso(due),
  })
  await table.write({ put: itemOf(record) })
  return record.id
}

const check = (
  network: string,
  said: Said = {},
  more: { id?: string; channelId?: string; workspaceId?: string } = {},
) =>
  duplicateWarning(
    { table: counted as Table, connectorOf },
    { workspaceId, channelId, network, content: contentOf(said), dueAt: iso(said.at ?? due), ...more },
    pointer,
  )

describe('the same text on one channel', () => {
  it.each([
    ['x', 24 * hour],
    ['linkedin', 48 * hour],
    ['discourse', 5 * minute],
  ])('on %s is warned of within its window, before and after, and not at its end', async (network, windowMs) => {
    const id = await write(network, 'scheduled', {})
    for (const at of [due + windowMs - 1, due - windowMs + 1, due]) {
      const warning = await check(network, { at })
      expect(warning).toMatchObject({ pointer, code: 'duplicate_text', message: { params: { id, at: iso(due) } } })
    }
    for (const at of [due + windowMs, due - windowMs, due + 72 * hour])
      expect(await check(network, { at })).toBeUndefined()
  })

  it('costs one query where there is a rule, and none elsewhere', async () => {
    for (const network of networkNames) {
      queries = []
      await check(network)
      const { duplicates } = (await connectorOf(network)).capabilities
      expect(queries, network).toHaveLength(duplicates === undefined ? 0 : 1)
    }
    expect(queries.every(({ limit }) => limit === 200)).toBe(true)
    for (const network of networkNames)
      if ((await connectorOf(network)).capabilities.duplicates === undefined) {
        await write(network, 'scheduled', {})
        expect(await check(network), network).toBeUndefined()
      }
  })

  it('names the nearest, in both languages, with its moment', async () => {
    await write('x', 'published', { at: due - 3 * hour })
    const id = await write('x', 'scheduled', { at: due + hour })
    const warning = await check('x')
    const said = (language: 'fr' | 'en') => render(warning?.message ?? '', language, 'Europe/Paris')
    expect(said('en')).toContain(`The publication ${id} says the same`)
    expect(said('en')).toContain('24 hours')
    expect(said('en')).toContain('10:00')
    expect(said('fr')).toMatch(new RegExp(`X peut refuser.*24\\sheures environ.*${id}.*10\\sh\\s00, heure de Paris`))
    await write('discourse', 'scheduled', {})
    const short = await check('discourse')
    expect(render(short?.message ?? '', 'fr', 'UTC')).toMatch(/refuse le même texte.*moins de 5\sminutes/)
  })

  it.each([
    'approved',
    'scheduled',
    'sending',
    'processing',
    'waiting',
    'handed_over',
    'published',
    'partial',
    'unconfirmed',
  ] as const)('counts where the other is %s', async (state) => {
    await write('x', state, { at: due - hour })
    expect(await check('x')).toBeDefined()
  })

  it.each(['draft', 'in_review', 'cancelled', 'rejected', 'failed', 'missed', 'deleting', 'deleted'] as const)(
    'does not count where the other is %s',
    async (state) => {
      await write('x', state, { at: due - hour })
      expect(await check('x')).toBeUndefined()
    },
  )

  it('counts on linkedin even where the other was deleted', async () => {
    await write('linkedin', 'deleted', { at: due - hour })
    expect(await check('linkedin')).toBeDefined()
  })

  it('is not compared with itself, another channel or another workspace', async () => {
    const id = await write('x', 'scheduled', {})
    expect(await check('x', {}, { id })).toBeUndefined()
    expect(await check('x', {}, { channelId: newId('channel', due, systemRandom) })).toBeUndefined()
    expect(await check('x', {}, { workspaceId: newId('workspace', due, systemRandom) })).toBeUndefined()
  })

  it('is the same with other spaces at its ends or decomposed accents, and another with other words or media', async () => {
    await write('x', 'scheduled', { text: 'Été à la ferme' })
    expect(await check('x', { text: '  E\u0301te\u0301 à la ferme\n' })).toBeDefined()
    for (const text of ['été à la ferme', 'Été à la ferme !']) expect(await check('x', { text })).toBeUndefined()
    expect(await check('x', { parts: [{ text: 'Été à la ferme', mediaIds: ['media_1'] }] })).toBeUndefined()
    expect(await check('x', { text: '' })).toBeUndefined()
  })

  it('is found in any part of a thread', async () => {
    await write('x', 'scheduled', {
      parts: [
        { text: 'Un', mediaIds: [] },
        { text: 'Suivez-nous', mediaIds: [] },
      ],
    })
    expect(await check('x', { text: 'Suivez-nous' })).toBeDefined()
  })

  it('on facebook counts only with nothing in between', async () => {
    const id = await write('facebook', 'published', { at: due - 2 * hour })
    expect(await check('facebook')).toMatchObject({ message: { params: { id } } })
    await write('facebook', 'scheduled', { text: 'Autre', at: due - hour })
    expect(await check('facebook')).toBeUndefined()
    await write('facebook', 'scheduled', { at: due + hour })
    expect(await check('facebook')).toBeDefined()
    expect(await check('facebook', { at: due + 26 * hour })).toBeUndefined()
  })
})
