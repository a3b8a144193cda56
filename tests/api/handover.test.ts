/** Hand-over over the real functions and engines: the link, its page, what a person says there, and what comes of it. */
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { keys } from '../../shared/aws/keys.ts'
import { channelSchema } from '../../shared/channels/channel.ts'
import { iso, systemClock } from '../../shared/kernel/clock.ts'
import { newId, systemRandom } from '../../shared/kernel/ids.ts'
import { followPublication } from '../../shared/measuring/watching.ts'
import { sealHandover } from '../../shared/publishing/handover/token.ts'
import { publicationOfLive } from '../../shared/publishing/index.ts'
import type { Answered } from '../support/invoke.ts'
import { type Houses, signingKey, startHouses } from './every-route.ts'

let houses: Houses
let xing: string
let bluesky: string

const did = 'did:plc:ewvi7nxzyoun6zhxrhs64oiz'
const call = (method: string, path: string, body?: unknown, token = houses.one.token): Promise<Answered> =>
  houses.ask(token, { method, path, ...(body === undefined ? {} : { body }) })

/** A page of the link, as a browser without a key asks for it. */
const open = (address: string): Promise<Answered> => {
  const { pathname, search } = new URL(address, 'https://api.example.org')
  return houses.ask(undefined, { path: `${pathname}${search}`, headers: { 'accept-language': 'fr' } })
}

/** Sends a form of the page, with what it hides in it. */
function send(page: Answered, which: 'done' | 'undone', fields: Readonly<Record<string, string>>): Promise<Answered> {
  const form = new RegExp(`<form method="post" action="([^"]+/${which})">(.*?)</form>`).exec(page.text)
  const hidden = [...(form?.[2] ?? '').matchAll(/type="hidden" name="(\w+)" value="([^"]*)"/g)]
  const body = new URLSearchParams()
  for (const [, name = '', value = ''] of hidden) body.set(name, value)
  for (const [name, value] of Object.entries(fields)) body.set(name, value)
  return houses.ask(undefined, {
    method: 'POST',
    path: form?.[1] ?? '/no/form',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: body.toString(),
  })
}

/** A post that is a person's now: its ids and the link. */
async function handed(channel: string, over: object = {}, variant: object = {}) {
  const { sender } = await import('../../functions/containers/sender.ts')
  const written = await call('POST', '/v1/posts', {
    text: 'Nos tartes & nos « crêpes »',
    channels: [channel],
    schedule: { now: true },
    variants: { [channel]: { deliver: 'handover', ...variant } },
    ...over,
  })
  expect(written.status, written.text).toBe(201)
  const [{ id, wakeAt }] = written.json.publications
  await sender().handle({ kind: 'publication', workspaceId: houses.one.id, publicationId: id, wakeAt })
  const publication = (await call('GET', `/v1/publications/${id}`)).json
  expect(publication.state).toBe('handed_over')
  return { id, postId: written.json.id, link: String(publication.handover.url), publication }
}

/** Its gateway route is its own: no mount leads there. */
const count = (id: string, counters: object): Promise<Answered> =>
  houses.ask(houses.one.token, { method: 'PUT', path: `/v1/publications/${id}/metrics`, body: counters }, 'metrics')

const shown = async (id: string) => (await call('GET', `/v1/publications/${id}`)).json

beforeAll(async () => {
  houses = await startHouses('handover')
  await call('PATCH', '/v1/workspace', { language: 'fr', zone: 'Europe/Paris' })
  const made = await call('POST', '/v1/channels', {
    network: 'handover',
    credentials: {},
    settings: { of: 'Xing', profileUrl: 'https://www.xing.com/profile/Camille_Durand' },
  })
  expect(made.status, made.text).toBe(201)
  xing = made.json.id
  const now = systemClock.now()
  bluesky = newId('channel', now, systemRandom)
  const channel = channelSchema.parse({
    id: bluesky,
    workspaceId: houses.one.id,
    network: 'bluesky',
    name: 'Chez Camille',
    account: { externalId: did, handle: '@camille.bsky.social', name: 'Chez Camille' },
    settings: {},
    state: 'active',
    version: 1,
    createdAt: iso(now),
    updatedAt: iso(now),
  })
  await houses.table.write({ put: { ...keys.channel(houses.one.id, bluesky), ...channel } })
})
afterAll(() => houses.stop())

describe('the link', () => {
  it('is shown to those who may publish, and to nobody else', async () => {
    const { id, postId, link } = await handed(xing)
    expect(link).toMatch(new RegExp(`^https://api\\.example\\.org/handover/${id}\\?token=[\\w-]{60,}$`))
    expect((await call('GET', `/v1/posts/${postId}`)).json.publications[0].handover.url).toContain('/handover/')
    const reader = houses.without.get('posts:publish')
    for (const path of [`/v1/publications/${id}`, `/v1/posts/${postId}`, '/v1/publications?state=handed_over']) {
      const answer = await call('GET', path, undefined, reader)
      expect(answer.status).toBe(200)
      expect(answer.text).toContain(id)
      expect(answer.text).not.toContain('token=')
      expect(answer.text).not.toContain('handedOverAt')
    }
  })

  it('opens its own publication only, unchanged, and for seven days', async () => {
    const one = await handed(xing)
    const other = await handed(xing)
    const token = new URL(one.link).searchParams.get('token') ?? ''
    const bytes = Buffer.from(token, 'base64url')
    const changed = Buffer.from(bytes.map((byte, at) => (at === 40 ? byte ^ 1 : byte))).toString('base64url')
    const sealed = (now: number, key = signingKey) =>
      sealHandover(Buffer.from(key), { workspaceId: houses.one.id, publicationId: one.id }, now)
    const week = 7 * 24 * 3600_000
    expect((await open(`/handover/${one.id}?token=${sealed(Date.now() - week + 60_000)}`)).status).toBe(200)
    for (const [id, bad] of [
      [other.id, token],
      [one.id, changed],
      [one.id, token.slice(0, -2)],
      [one.id, ''],
      [one.id, randomBytes(70).toString('base64url')],
      [one.id, sealed(Date.now() - week - 1_000)],
      [one.id, sealed(Date.now(), 'another key of thirty-two bytes ..')],
      [
        one.id,
        sealHandover(Buffer.from(signingKey), { workspaceId: houses.two.id, publicationId: one.id }, Date.now()),
      ],
    ] as const) {
      const answer = await open(`/handover/${id}?token=${bad}`)
      expect(answer.status).toBe(400)
      expect(answer.text).toContain('Ce lien n’est plus valable')
      expect(answer.text).not.toContain('tartes')
    }
    expect(await shown(one.id)).toMatchObject({ state: 'handed_over' })
  })
})

describe('the page', () => {
  it('shows what to publish, where and when, and loads nothing from elsewhere', async () => {
    const variant = {
      instructions: 'Ajouter <b>la musique</b>',
      options: { firstComment: 'Et dimanche ?', kind: 'story' },
    }
    const { link } = await handed(
      xing,
      { text: '</textarea><script>alert(1)</script> été', thread: [{ text: 'Suite' }] },
      variant,
    )
    const page = await open(link)
    expect(page.status, page.text).toBe(200)
    expect(page.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-frame-options': 'DENY',
    })
    const policy = page.headers['content-security-policy'] ?? ''
    expect(policy).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; script-src 'sha256-[^']+'; img-src 'self' data:; /,
    )
    expect(policy).toContain("form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
    expect(page.text).toContain('<html lang="fr">')
    expect(page.text).toContain('À publier sur Xing')
    expect(page.text).toContain('&lt;/textarea&gt;&lt;script&gt;alert(1)&lt;/script&gt; été')
    expect(page.text).toContain('Ajouter &lt;b&gt;la musique&lt;/b&gt;')
    for (const said of ['Suite', 'Et dimanche ?', 'kind\u00a0: story', 'width=device-width'])
      expect(page.text).toContain(said)
    expect(page.text.match(/<script/g)).toHaveLength(1)
    const addresses = [...page.text.matchAll(/(?:src|href|action)="([^"]+)"/g)].map(([, address]) => address)
    const [iconAddress, ...others] = addresses.filter((address) => !address?.startsWith('/handover/'))
    expect(iconAddress).toMatch(/^data:image\/svg\+xml,/)
    expect(others).toEqual(['https://www.xing.com/'])
  })

  it('shows the new words after an edit, and takes no word for the old ones', async () => {
    const { id, postId, link } = await handed(xing)
    const before = await open(link)
    await call('PATCH', `/v1/posts/${postId}`, { text: 'Nos galettes' })
    const after = await open(link)
    expect(after.text).toContain('Nos galettes')
    expect(after.text).not.toContain('tartes')
    expect(after.text).toContain('Le texte a été modifié')
    const late = await send(before, 'done', {})
    expect(late.status).toBe(400)
    expect(late.text).toContain('Le texte a changé pendant que vous publiiez')
    expect(late.text).toContain('Nos galettes')
    expect(await shown(id)).toMatchObject({ state: 'handed_over' })
    expect((await send(late, 'done', {})).status).toBe(303)
    expect(await shown(id)).toMatchObject({ state: 'published', contentVersion: 2 })
  })

  it('says that it was cancelled, or moved, and takes nothing then', async () => {
    const cancelled = await handed(xing)
    const page = await open(cancelled.link)
    await call('POST', `/v1/publications/${cancelled.id}/cancel`)
    expect((await open(cancelled.link)).text).toContain('Publication annulée')
    const refused = await send(page, 'done', {})
    expect(refused.text).toContain('Publication annulée')
    expect(await shown(cancelled.id)).toMatchObject({ state: 'cancelled' })

    const moved = await handed(xing)
    const year = new Date().getUTCFullYear() + 1
    await call('POST', `/v1/publications/${moved.id}/schedule`, { schedule: { at: `${year}-02-01T09:00:00` } })
    const told = await open(moved.link)
    expect(told.text).toContain('Publication reportée')
    expect(told.text).toContain(`février ${year}`)
  })

  it('hands the media over by short-lived addresses, to who may have them', async () => {
    const png = Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
      'base64',
    )
    const medium = await call('POST', '/v1/media', {
      filename: 'été.png',
      mime: 'image/png',
      bytes: png.length,
      alt: 'Tarte',
    })
    const { upload, id: mediaId } = medium.json
    const put = await fetch(upload.url, { method: 'PUT', headers: upload.headers, body: png })
    expect(put.status).toBe(200)
    expect((await call('POST', `/v1/media/${mediaId}/complete`)).json.state).toBe('ready')
    const { link, id } = await handed(xing, { media: [mediaId] })
    process.env.STAGE = 'test'
    try {
      const page = await open(link)
      const save = /<a class="button" href="([^"]+)" download>Enregistrer été\.png/.exec(page.text)?.[1]
      expect(page.text).toContain('alt="Tarte"')
      const file = await open((save ?? '').replaceAll('&amp;', '&'))
      expect(file.status).toBe(303)
      const address = file.headers.location ?? ''
      expect(page.headers['content-security-policy']).toContain(`img-src 'self' data: ${new URL(address).origin};`)
      expect(new URL(address).searchParams.get('response-content-disposition')).toContain(
        "filename*=UTF-8''%C3%A9t%C3%A9.png",
      )
      expect(Buffer.from(await (await fetch(address)).arrayBuffer())).toEqual(png)
      const stranger = await open(`/handover/${id}/media/${houses.one.ids.mediaId}${new URL(link).search}`)
      expect(stranger.status).toBe(404)
      expect((await open(`/handover/${id}/media/${mediaId}`)).status).toBe(404)
      await send(page, 'done', {})
      expect((await open((save ?? '').replaceAll('&amp;', '&'))).status).toBe(404)
    } finally {
      process.env.STAGE = 'local'
    }
  })
})

describe('what its person says', () => {
  it('makes it live with an address, once', async () => {
    const { id, link } = await handed(xing)
    const url = 'https://www.xing.com/discover/detail-activities/1234'
    const page = await open(link)
    const answers = await Promise.all([send(page, 'done', { url }), send(page, 'done', { url })])
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 303])
    const published = await shown(id)
    expect(published).toMatchObject({ state: 'published', live: { url }, deliver: 'handover' })
    expect(published.handover).not.toHaveProperty('url')
    expect(answers.find(({ status }) => status === 303)?.headers.location).toMatch(`/handover/${id}?token=`)
    expect((await open(link)).text).toContain('C’est publié')
    const audit = (await call('GET', '/v1/audit?limit=100')).json.items
    const said = audit.filter(({ subject, action }: any) => subject === id && action === 'publication.done_by_hand')
    expect(said).toMatchObject([{ actor: { id: 'handover_link' } }])
  })

  it('is counted by hand where the network tells nothing', async () => {
    const { id, link } = await handed(xing)
    await send(await open(link), 'done', {})
    const counted = await count(id, { likes: 12 })
    expect(counted.status, counted.text).toBe(200)
    expect(counted.json.counters).toMatchObject({ likes: 12 })
  })

  it('is the network’s own post where its id can be read: found, and measured like any other', async () => {
    const { id, link } = await handed(bluesky)
    const url = 'https://bsky.app/profile/camille.bsky.social/post/3lbxyz'
    await send(await open(link), 'done', { url: ' bsky.app/profile/camille.bsky.social/post/3lbxyz ' })
    const externalId = `at://${did}/app.bsky.feed.post/3lbxyz`
    expect(await shown(id)).toMatchObject({ state: 'published', live: { externalId, url } })
    expect(await publicationOfLive(houses.table, houses.one.id, bluesky, externalId)).toBe(id)
    await followPublication({ table: houses.table, clock: systemClock }, houses.one.id, id)
    expect((await houses.stored()).get(Object.values(keys.collection(houses.one.id, id)).join(' '))).toContain(
      externalId,
    )
    expect((await count(id, { likes: 1 })).json.code).toBe('measured_by_network')

    const other = await handed(bluesky)
    const taken = await send(await open(other.link), 'done', { url })
    expect(taken.status).toBe(400)
    expect(taken.text).toContain('déjà celle d’une autre publication')
    expect(await shown(other.id)).toMatchObject({ state: 'handed_over' })
  })

  it('is not asked of the network where its id cannot be read, and not removed from there', async () => {
    const { id, link } = await handed(bluesky)
    await send(await open(link), 'done', { url: 'https://bsky.app/profile/bakery.other.example/post/3lbother' })
    expect((await open(link)).text).toContain('ne peut pas lire les statistiques')
    await followPublication({ table: houses.table, clock: systemClock }, houses.one.id, id)
    const collection = (await houses.stored()).get(Object.values(keys.collection(houses.one.id, id)).join(' '))
    expect(collection).toContain('"externalIds":[]')
    expect((await call('DELETE', `/v1/publications/${id}`)).json.code).toBe('network_cannot_delete')
  })

  it('is refused beside its field, with what was typed, where the address is of another network', async () => {
    const { id, link } = await handed(bluesky)
    const url = 'https://www.instagram.com/p/DCabc/?a="&b'
    const answer = await send(await open(link), 'done', { url })
    expect(answer.status).toBe(400)
    expect(answer.text).toContain(
      'Ce n’est pas l’adresse d’une publication sur Bluesky. Exemple\u00a0: https://bsky.app/profile/',
    )
    const field = /<input id="url"[^>]*>/.exec(answer.text)?.[0]
    expect(field).toContain('value="https://www.instagram.com/p/DCabc/?a=&quot;&amp;b"')
    expect(field).toContain('aria-describedby="url-error url-help" aria-invalid="true"')
    expect(answer.text).toContain('id="url-error"')
    const called = await call('POST', `/v1/publications/${id}/resolve`, {
      published: { url: 'https://www.instagram.com/p/DCabc/', externalId: '1' },
    })
    expect([called.status, called.json.code]).toEqual([409, 'not_a_post_address'])
    expect(await shown(id)).toMatchObject({ state: 'handed_over' })
  })

  it.each([
    ['a script', 'javascript:alert(1)'],
    ['no page', 'ftp://x.example/1'],
    ['a word', 'voilà'],
    ['cut', 'https://'],
    ['too long', `https://x.example/${'x'.repeat(2_100)}`],
  ])('is refused with a word on the page where the address is %s', async (_, url) => {
    const { id, link } = await handed(xing)
    const answer = await send(await open(link), 'done', { url })
    expect(answer.status).toBe(400)
    expect(answer.text).toContain('Ce n’est pas l’adresse d’une page')
    expect(await shown(id)).toMatchObject({ state: 'handed_over' })
  })

  it('may be that it could not be done', async () => {
    const { id, link } = await handed(xing)
    expect((await send(await open(link), 'undone', { why: 'L’appli refuse la vidéo' })).status).toBe(303)
    expect(await shown(id)).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining('L’appli refuse la vidéo'),
    })
    expect((await open(link)).text).toContain('L’équipe est prévenue')
  })

  it('may also be said by a call, with the name of who did', async () => {
    const { id } = await handed(xing)
    const done = await call('POST', `/v1/publications/${id}/resolve`, {
      published: { url: 'https://www.xing.com/p/9' },
    })
    expect(done.status, done.text).toBe(200)
    expect(done.json).toMatchObject({ state: 'published', handover: { by: expect.any(String) } })
    const other = await handed(xing)
    expect((await call('POST', `/v1/publications/${other.id}/resolve`, { resend: true })).status).toBe(409)
    expect((await call('POST', `/v1/publications/${other.id}/resolve`, { cancel: true })).json.state).toBe('cancelled')
  })
})
