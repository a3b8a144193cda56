/** A French workspace, asked without `Accept-Language`: no English sentence is in what it answers. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { letterTo } from '../../shared/notifying/letter.ts'
import { matterOf } from '../../shared/notifying/matter.ts'
import { publishingTexts } from '../../shared/publishing/texts.ts'
import { englishIn } from '../support/english-words.ts'
import type { Ask } from '../support/invoke.ts'
import { type Houses, startHouses } from './every-route.ts'

let houses: Houses
beforeAll(async () => {
  houses = await startHouses('french')
  const set = await houses.ask(houses.one.token, {
    method: 'PATCH',
    path: '/v1/workspace',
    body: { language: 'fr', zone: 'Europe/Paris' },
  })
  expect(set.status, set.text).toBe(200)
})
afterAll(() => houses.stop())

const ask = (request: Ask, token: string | undefined = houses.one.token) =>
  houses.ask(token, { ...request, headers: { 'accept-language': '', ...request.headers } })

const ulid = '01J00000000000000000000000'
const refused: readonly Ask[] = [
  { method: 'POST', path: '/v1/posts', body: {} },
  { method: 'POST', path: '/v1/posts', body: { text: 5, channels: 'x', schedule: '2026-12-01', unknown: true } },
  { method: 'POST', path: '/v1/posts', body: { text: 'x', channels: [`chan_${ulid}`] } },
  { method: 'POST', path: '/v1/posts', body: '{"text":', headers: { 'content-type': 'application/json' } },
  { method: 'POST', path: '/v1/posts', body: 'text=x', headers: { 'content-type': 'text/plain' } },
  { method: 'POST', path: '/v1/posts', body: { text: 'x' }, headers: { 'idempotency-key': 'é' } },
  { path: `/v1/posts/post_${ulid}` },
  { path: '/v1/posts?limit=0' },
  { path: '/v1/posts?cursor=x' },
  { path: '/v1/posts?nothing=1' },
  { path: '/v1/publications?state=sent' },
  { path: `/v1/publications/pub_${ulid}` },
  { path: `/v1/channels/chan_${ulid}` },
  { method: 'POST', path: '/v1/channels', body: { network: 'nowhere', credentials: {} } },
  { method: 'POST', path: '/v1/channels', body: { network: 'mastodon', credentials: {} } },
  { method: 'PATCH', path: '/v1/workspace', body: { zone: 'Paris', language: 'French', country: 'fr' } },
  { method: 'PATCH', path: '/v1/workspace', body: { name: 'x' }, headers: { 'if-match': '"99"' } },
  { method: 'PATCH', path: '/v1/workspace', body: { name: 'x' }, headers: { 'if-match': 'x' } },
  { method: 'POST', path: '/v1/lists', body: {} },
  { path: `/v1/lists/list_${ulid}` },
  { method: 'POST', path: '/v1/users', body: { email: 'x', role: 'king' } },
  { method: 'POST', path: '/v1/api-keys', body: { name: '', scopes: [] } },
  // answered before it is known who asks: by `Accept-Language` alone
  { path: '/v1/nothing', headers: { 'accept-language': 'fr' } },
  { method: 'DELETE', path: '/v1/posts', headers: { 'accept-language': 'fr' } },
]

const heard = (json: {
  title?: string
  detail?: string
  problems?: readonly { message: string }[]
  errors?: readonly { message: string }[]
}) => [json.title, json.detail, ...(json.problems ?? json.errors ?? []).map(({ message }) => message)]

it.each(
  refused.map(
    (request) => [`${request.method ?? 'GET'} ${request.path} ${JSON.stringify(request.body ?? '')}`, request] as const,
  ),
)('refuses %s in French', async (_, request) => {
  const answer = await ask(request)
  expect(answer.status, answer.text).toBeGreaterThanOrEqual(400)
  expect(answer.status, answer.text).toBeLessThan(500)
  const said = heard(answer.json).filter((text) => text !== undefined)
  expect(said.length).toBeGreaterThan(1)
  expect(said.filter((text) => englishIn(text).length > 0)).toEqual([])
})

it('defines metrics in French', async () => {
  const { status, json } = await houses.ask(
    houses.one.token,
    { path: `/v1/channels/${houses.one.ids.channelId}/metrics`, headers: { 'accept-language': '' } },
    'metrics',
  )
  expect(status).toBe(200)
  const definitions = [
    json.engagement.definition,
    ...Object.values<{ definition: string }>(json.rates).map(({ definition }) => definition),
  ]
  expect(definitions.length).toBeGreaterThan(3)
  expect(definitions.filter((text) => englishIn(text).length > 0)).toEqual([])
})

it.each([
  ['a hand-over', () => `/handover/${houses.one.ids.publicationId}?token=x`],
  ['a newsletter', () => `/newsletters/ws_${ulid}.sub_${ulid}.abcdefghijklmnopqrstuvwxyz/confirm`],
])('shows the page of %s whose link is not valid in the French of the browser', async (_, path) => {
  const page = await ask({ path: path(), headers: { 'accept-language': 'fr-FR' } }, undefined)
  expect(page.status).toBe(400)
  const text = page.text.replace(/<style>.*?<\/style>/gs, '').replace(/<[^>]+>/g, ' ')
  expect(text).toContain('Ce lien n’est plus valable')
  expect(englishIn(text)).toEqual([])
})

it('mails a notification in French', async () => {
  const event = {
    name: 'publication.rejected',
    workspaceId: houses.one.id,
    subject: `pub_${ulid}`,
    sequence: 2,
    data: {
      publicationId: `pub_${ulid}`,
      postId: `post_${ulid}`,
      channelId: `chan_${ulid}`,
      state: 'rejected',
      dueAt: '2026-12-01T20:24:00Z',
      reason: publishingTexts.accessRefused(),
    },
  } as never
  const matter = await matterOf('publication.rejected', event, {
    publication: async () => ({ state: 'rejected', version: 2, text: 'Nos tartes' }),
    channel: async () => ({ name: 'Boulangerie du Port', network: 'linkedin', state: 'active' }),
  })
  if (matter === undefined) throw new Error('there is nothing to tell')
  const setting = { name: 'Boulangerie', language: 'fr', zone: 'Europe/Paris' } as const
  const letter = letterTo({ id: 'user_1', email: 'lea@x.example', name: 'Léa' }, matter, setting, 'https://api.example')
  expect(letter.subject).toContain('LinkedIn a refusé la publication de Boulangerie du Port')
  expect(letter.text).toContain('21\u00a0h\u00a024, heure de Paris')
  expect(englishIn(letter.text)).toEqual([])
})

it('mails what a person handed back as theirs, not as a failure of the API', async () => {
  const reason = publishingTexts.handoverFailed({ why: publishingTexts.quoted({ words: 'Musique indisponible' }) })
  const event = {
    name: 'publication.failed',
    workspaceId: houses.one.id,
    subject: `pub_${ulid}`,
    sequence: 2,
    data: {
      publicationId: `pub_${ulid}`,
      postId: `post_${ulid}`,
      channelId: `chan_${ulid}`,
      state: 'failed',
      dueAt: '2026-12-01T20:24:00Z',
      reason,
    },
  } as never
  const matter = await matterOf('publication.failed', event, {
    publication: async () => ({ state: 'failed', version: 2, text: 'Story musicale' }),
    channel: async () => ({ name: 'Boulangerie du Port', network: 'instagram', state: 'active' }),
  })
  if (matter === undefined) throw new Error('there is nothing to tell')
  const setting = { name: 'Boulangerie', language: 'fr', zone: 'Europe/Paris' } as const
  const letter = letterTo({ id: 'user_1', email: 'lea@x.example', name: 'Léa' }, matter, setting, 'https://api.example')
  expect(letter.subject).toContain('Publication rendue')
  expect(letter.text).toContain('Motif\u00a0: «\u00a0Musique indisponible\u00a0».')
  expect(letter.text).not.toContain('cessé d’essayer')
  expect(englishIn(letter.text)).toEqual([])
})
