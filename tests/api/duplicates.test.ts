/** The same text twice on one channel: warned of wherever a post gets its moment or its text, and refused nowhere. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { keys } from '../../shared/aws/keys.ts'
import { newId, systemRandom } from '../../shared/kernel/ids.ts'
import type { Answered } from '../support/invoke.ts'
import { type Houses, startHouses } from './every-route.ts'

let houses: Houses
let channel: string

beforeAll(async () => {
  houses = await startHouses('duplicate-texts')
})
afterAll(() => houses.stop())
beforeEach(async () => {
  channel = await channelOf('x')
})

const call = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answered> =>
  houses.ask(houses.one.token, { method, path, headers, ...(body === undefined ? {} : { body }) })

/** A channel as if it had been connected: only its network's rules are asked here. */
async function channelOf(network: string): Promise<string> {
  const workspaceId = houses.one.id
  const id = newId('channel', Date.now(), systemRandom)
  const at = new Date().toISOString()
  await houses.table.write({
    put: {
      ...keys.channel(workspaceId, id),
      id,
      workspaceId,
      network,
      name: network,
      account: { externalId: id, handle: network, name: network },
      settings: {},
      state: 'active',
      version: 1,
      createdAt: at,
      updatedAt: at,
    },
  })
  return id
}

const inHours = (hours: number) => ({ at: new Date(Date.now() + hours * 3_600_000).toISOString() })
const write = (over: object, headers?: Record<string, string>) =>
  call('POST', '/v1/posts', { text: 'Le comté est arrivé', channels: [channel], ...over }, headers)
const warningsOf = ({ json }: Answered): { code: string; message: string; pointer: string }[] =>
  json.publications[0].warnings ?? []

it('is said by validate for its moment, and not without one', async () => {
  const first = (await write({ schedule: inHours(2) })).json.publications[0]
  const body = { text: 'Le comté est arrivé', channels: [channel] }
  const answer = await call('POST', '/v1/posts/validate', { ...body, schedule: inHours(5) })
  expect(answer.json).toMatchObject({ valid: true, channels: [{ warnings: [{ code: 'duplicate_text' }] }] })
  expect(answer.json.channels[0].warnings[0].message).toContain(first.id)
  for (const other of [body, { ...body, schedule: inHours(48) }, { ...body, text: 'Autre', schedule: inHours(5) }])
    expect((await call('POST', '/v1/posts/validate', other)).json.channels[0].warnings).toEqual([])
})

it('is said at creation in the reader’s language, the post is scheduled, and a later read is without it', async () => {
  const first = await write({ schedule: inHours(2) })
  expect(warningsOf(first)).toEqual([])
  const headers = { 'accept-language': 'fr' }
  const second = await write({ schedule: inHours(3) }, headers)
  expect(second).toMatchObject({ status: 201, json: { publications: [{ state: 'scheduled' }] } })
  expect(warningsOf(second)).toMatchObject([{ code: 'duplicate_text', pointer: '/channels/0' }])
  expect(warningsOf(second)[0]?.message).toContain('X peut refuser le même texte')
  const read = await call('GET', `/v1/posts/${second.json.id}`)
  expect(read.json.publications[0]).not.toHaveProperty('warnings')
})

it('is answered again to a repeat with the same key', async () => {
  await write({ schedule: inHours(2) })
  const body = { schedule: inHours(3) }
  const first = await write(body, { 'idempotency-key': 'same' })
  const again = await write(body, { 'idempotency-key': 'same' })
  expect(warningsOf(first)).toHaveLength(1)
  expect(again.json).toEqual(first.json)
})

it('is said where a draft is scheduled, and where one is moved closer', async () => {
  await write({ schedule: inHours(2) })
  const draft = await write({})
  expect(warningsOf(draft)).toEqual([])
  const path = `/v1/posts/${draft.json.id}`
  expect(warningsOf(await call('POST', `${path}/schedule`, { schedule: inHours(40) }))).toEqual([])
  expect(warningsOf(await call('POST', `${path}/schedule`, { schedule: inHours(20) }))).toMatchObject([
    { code: 'duplicate_text' },
  ])
  const { id } = draft.json.publications[0]
  const one = await call('POST', `/v1/publications/${id}/schedule`, { schedule: inHours(3) })
  expect(one).toMatchObject({ status: 200, json: { state: 'scheduled', warnings: [{ code: 'duplicate_text' }] } })
})

it('is said where a patch makes two texts the same, of a post or of one channel', async () => {
  await write({ schedule: inHours(2) })
  const other = await write({ text: 'Autre', schedule: inHours(3) })
  expect(warningsOf(other)).toEqual([])
  const path = `/v1/posts/${other.json.id}`
  expect(warningsOf(await call('PATCH', path, { text: 'Le comté est arrivé' }))).toMatchObject([
    { code: 'duplicate_text' },
  ])
  expect(warningsOf(await call('PATCH', path, { text: 'Tout autre' }))).toEqual([])
  const { id } = other.json.publications[0]
  expect((await call('PATCH', `/v1/publications/${id}`, { text: 'Le comté est arrivé' })).json.warnings).toMatchObject([
    { code: 'duplicate_text' },
  ])
})

it('is not said on a network without such a rule', async () => {
  channel = await channelOf('bluesky')
  await write({ schedule: inHours(2) })
  const second = await write({ schedule: inHours(2) })
  expect(second.status).toBe(201)
  expect(warningsOf(second)).toEqual([])
})
