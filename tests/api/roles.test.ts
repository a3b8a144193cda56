/** What each role may do to posts, over the real handlers: who writes drafts, and who lets them leave. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { keys } from '../../shared/aws/keys.ts'
import type { PublicationState } from '../../shared/publishing/index.ts'
import { type Role, roleScopes } from '../../shared/workspaces/index.ts'
import type { Answered } from '../support/invoke.ts'
import { type Houses, startHouses } from './every-route.ts'

let houses: Houses
const tokens = new Map<Role, string>()
let channel: string
let other: string

beforeAll(async () => {
  houses = await startHouses('roles')
  for (const role of ['contributor', 'approver', 'viewer'] as const) {
    const body = { name: role, scopes: roleScopes[role] }
    tokens.set(role, (await houses.ask(houses.one.token, { method: 'POST', path: '/v1/api-keys', body })).json.token)
  }
  channel = houses.one.ids.channelId ?? ''
  other = (await as('owner', 'POST', '/v1/channels', { network: 'feed', credentials: {}, name: 'Other' })).json.id
})
afterAll(() => houses.stop())

const as = (role: Role, method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  houses.ask(role === 'owner' ? houses.one.token : tokens.get(role), {
    method,
    path,
    headers,
    ...(body === undefined ? {} : { body }),
  })

const tomorrow = new Date(Date.now() + 86_400_000).toISOString()
const schedule = { at: tomorrow }
const write = (role: Role, over: object = {}) =>
  as(role, 'POST', '/v1/posts', { text: 'Bonjour', channels: [channel], ...over })
const become = (id: string, state: PublicationState) =>
  houses.table.write({ update: keys.publication(houses.one.id, id), set: { state } })

/** Refused for the scope, with who can do it. */
function expectRefused(answer: Answered): void {
  expect(answer).toMatchObject({ status: 403, json: { code: 'missing_scope' } })
  expect(answer.json.detail).toContain('posts:publish')
}

describe('a contributor', () => {
  it('writes, edits, cancels and deletes drafts', async () => {
    const draft = await write('contributor')
    expect(draft).toMatchObject({ status: 201, json: { publications: [{ state: 'draft' }] } })
    const path = `/v1/posts/${draft.json.id}`
    const edited = await as('contributor', 'PATCH', path, { text: 'Bonsoir', channels: [channel, other] })
    expect(edited).toMatchObject({
      status: 200,
      json: { publications: [{ state: 'draft', content: { parts: [{ text: 'Bonsoir' }] } }, { state: 'draft' }] },
    })
    const [first] = edited.json.publications
    const own = await as('contributor', 'PATCH', `/v1/publications/${first.id}`, { text: 'Bonne nuit' })
    expect(own).toMatchObject({ status: 200, json: { state: 'draft' } })
    expect(await as('contributor', 'POST', `/v1/publications/${first.id}/cancel`)).toMatchObject({
      json: { state: 'cancelled' },
    })
    expect((await as('contributor', 'DELETE', path)).status).toBe(200)
  })

  it('is refused a schedule at creation, in the language asked for, and nothing is written', async () => {
    const before = await houses.stored()
    for (const over of [
      { schedule },
      { schedule: { now: true } },
      { variants: { [channel]: { schedule } } },
      { schedule, channels: [channel, other] },
    ])
      expectRefused(await write('contributor', over))
    const french = await as(
      'contributor',
      'POST',
      '/v1/posts',
      { text: 'Bonjour', channels: [channel], schedule },
      { 'accept-language': 'fr' },
    )
    expect(french.json.detail).toContain('Enregistrez-le sans date')
    expect(await houses.stored()).toEqual(before)
    expect(
      (await as('contributor', 'POST', '/v1/posts/validate', { text: 'x', channels: [channel], schedule })).status,
    ).toBe(200)
  })

  it('lets no draft leave: by a schedule, a retry, a patch or a channel', async () => {
    const draft = await write('contributor')
    const path = `/v1/posts/${draft.json.id}`
    const publication = `/v1/publications/${draft.json.publications[0].id}`
    const before = await houses.stored()
    expectRefused(await as('contributor', 'POST', `${path}/schedule`, { schedule }))
    expectRefused(await as('contributor', 'POST', `${publication}/schedule`, { schedule: { now: true } }))
    expectRefused(await as('contributor', 'POST', `${publication}/retry`))
    expectRefused(await as('contributor', 'PATCH', publication, { schedule }))
    expectRefused(await as('contributor', 'PATCH', path, { variants: { [channel]: { schedule: { now: true } } } }))
    expectRefused(
      await as('contributor', 'PATCH', path, { channels: [channel, other], variants: { [other]: { schedule } } }),
    )
    expect(await houses.stored()).toEqual(before)
    expect((await as('owner', 'POST', `${path}/schedule`, { schedule })).json.publications[0].state).toBe('scheduled')
  })

  it('changes nothing of what is scheduled', async () => {
    const post = (await write('owner', { schedule })).json
    const path = `/v1/posts/${post.id}`
    const publication = `/v1/publications/${post.publications[0].id}`
    const before = await houses.stored()
    for (const body of [
      { text: 'Autre' },
      { channels: [other] },
      // the post's moment would be the new channel's
      { channels: [channel, other] },
      { variants: { [channel]: { deliver: 'handover' } } },
      { variants: { [channel]: { latePolicy: { graceMinutes: 0 } } } },
    ])
      expectRefused(await as('contributor', 'PATCH', path, body))
    expectRefused(await as('contributor', 'PATCH', publication, { text: 'Autre' }))
    expectRefused(await as('contributor', 'POST', `${path}/cancel`))
    expectRefused(await as('contributor', 'POST', `${publication}/cancel`))
    expectRefused(await as('contributor', 'DELETE', path))
    expect(await houses.stored()).toEqual(before)
  })

  it.each([
    'waiting',
    'handed_over',
    'sending',
    'processing',
    'unconfirmed',
    'published',
    'partial',
    'missed',
    'rejected',
    'failed',
  ] as const)('settles, sends, stops, removes and forgets nothing that is %s', async (state) => {
    const post = (await write('owner')).json
    const { id } = post.publications[0]
    await become(id, state)
    const before = await houses.stored()
    const publication = `/v1/publications/${id}`
    expectRefused(await as('contributor', 'POST', `${publication}/resolve`, { resend: true }))
    expectRefused(await as('contributor', 'POST', `${publication}/retry`))
    expectRefused(await as('contributor', 'POST', `${publication}/schedule`, { schedule }))
    expectRefused(await as('contributor', 'DELETE', publication))
    for (const answer of [
      await as('contributor', 'POST', `${publication}/cancel`),
      await as('contributor', 'PATCH', `/v1/posts/${post.id}`, { channels: [other] }),
      await as('contributor', 'DELETE', `/v1/posts/${post.id}`),
      await as('contributor', 'DELETE', `/v1/posts/${post.id}?networks=true`),
    ])
      expect([403, 409]).toContain(answer.status)
    expect(await houses.stored()).toEqual(before)
  })

  it('changes a medium of drafts, and none that is to leave', async () => {
    const mediaId = houses.one.ids.mediaId ?? ''
    const path = `/v1/media/${mediaId}`
    const post = (await write('owner', { schedule })).json
    const [{ id, content }] = post.publications
    expect((await as('contributor', 'PATCH', path, { alt: 'Une tarte' })).status).toBe(200)
    const parts = [{ ...content.parts[0], mediaIds: [mediaId] }]
    await houses.table.write({ update: keys.publication(houses.one.id, id), set: { content: { ...content, parts } } })
    expectRefused(await as('contributor', 'PATCH', path, { alt: 'Autre chose' }))
    expect((await as('owner', 'PATCH', path, { alt: 'Autre chose' })).status).toBe(200)
    await as('owner', 'POST', `/v1/posts/${post.id}/cancel`)
    expect((await as('contributor', 'PATCH', path, { alt: 'Une tarte' })).status).toBe(200)
  })
})

describe('an approver', () => {
  it('reads as a viewer does, and writes nothing, until there are approvals', async () => {
    expect(roleScopes.approver).toEqual(roleScopes.viewer)
    expect((await as('approver', 'GET', '/v1/posts')).status).toBe(200)
    expect(await write('approver')).toMatchObject({ status: 403, json: { code: 'missing_scope' } })
  })
})

describe('a key that may publish and not write', () => {
  it('schedules what others wrote, and writes nothing itself', async () => {
    const draft = (await write('contributor')).json
    const body = { name: 'Scheduler', scopes: ['posts:read', 'posts:publish'] }
    const { token } = (await as('owner', 'POST', '/v1/api-keys', body)).json
    const path = `/v1/posts/${draft.id}`
    expect((await houses.ask(token, { method: 'PATCH', path, body: { text: 'x' } })).status).toBe(403)
    const scheduled = await houses.ask(token, { method: 'POST', path: `${path}/schedule`, body: { schedule } })
    expect(scheduled).toMatchObject({ status: 200, json: { publications: [{ state: 'scheduled' }] } })
  })
})
