/** What every route is asked with: the real handlers over real engines, two workspaces with one of everything in each. */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb'
import { startFauxqs } from 'fauxqs'
import { expect } from 'vitest'
import * as z from 'zod'
import { type Route, resources, routes } from '../../functions/api/routes.ts'
import { examples } from '../../scripts/openapi/examples.ts'
import { keys, listed } from '../../shared/aws/keys.ts'
import type { Table } from '../../shared/aws/table.ts'
import type { GatewayHandler } from '../../shared/http/resource-handler.ts'
import type { AnyOperation } from '../../shared/http/run.ts'
import { Mentions } from '../../shared/inbox/index.ts'
import { iso, systemClock } from '../../shared/kernel/clock.ts'
import { newId, systemRandom } from '../../shared/kernel/ids.ts'
import { jsonLog } from '../../shared/kernel/log.ts'
import { type Scope, scopes } from '../../shared/kernel/scopes.ts'
import { Lists, NewsletterDesk, Subscribers } from '../../shared/newsletters/index.ts'
import { addressOf, subscriberRecord } from '../../shared/newsletters/list.ts'
import { Workspaces } from '../../shared/workspaces/index.ts'
import { expectDocumented } from '../support/documented.ts'
import { Engine } from '../support/engine.ts'
import { type Answered, type Ask, invoke } from '../support/invoke.ts'
import { startSecretsManager } from '../support/secrets-manager.ts'

export const signingKey = 'a signing key for cursors, of thirty-two bytes'
const root = join(import.meta.dirname, '../..')
const parts = { clock: systemClock, random: systemRandom }

/** The operations of every route, by name; webhooks have none: their handler is a function of its own. */
export const operations = new Map<string, AnyOperation>()
const handlers = new Map<string, GatewayHandler>()
for (const [resource, { entry }] of Object.entries(resources)) {
  const module = await import(pathToFileURL(join(root, entry)).href)
  handlers.set(resource, module.handler)
  for (const [name, operation] of Object.entries<AnyOperation>(module.operations ?? {})) operations.set(name, operation)
}

/** A workspace with one of everything that a path can name, and two of everything that is listed. */
export interface House {
  readonly id: string
  readonly token: string
  /** By the name of the path's parameter. */
  readonly ids: Readonly<Record<string, string>>
}

/**
 * The items that a refused request may write: the counters of requests, and when a key was last used. The readers of a
 * public feed are counted too, but only when the feed is there.
 */
const bookkeeping = (item: Record<string, unknown>) => item.sk === 'requests'

export async function startHouses(tableName: string) {
  const engine = await Engine.start()
  const fauxqs = await startFauxqs({ port: 0, logger: false })
  for (const queue of ['publish', 'ingest', 'deliver', 'poll', 'collect', 'wake', 'letters']) fauxqs.createQueue(queue)
  const facebookApp = { appId: '1', appSecret: 'an app secret', verifyToken: 'a verify token' }
  const secrets = await startSecretsManager({
    credentials: JSON.stringify({ current: 'k1', k1: 'a key of at least thirty-two characters' }),
    hooks: JSON.stringify({ key: 'what the secrets of hooks are derived from' }),
    signing: JSON.stringify({ key: signingKey }),
    'networks/facebook': JSON.stringify(facebookApp),
  })
  const table = await engine.table(tableName)
  Object.assign(process.env, {
    AWS_REGION: 'eu-west-3',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_DYNAMODB: engine.endpoint,
    AWS_ENDPOINT_URL_SQS: fauxqs.address,
    AWS_ENDPOINT_URL_S3: fauxqs.address,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.url,
    TABLE_NAME: tableName,
    BUCKET_NAME: 'media',
    MEDIA_URL: 'https://media.example.org/',
    PUBLISH_QUEUE_URL: `${fauxqs.address}/000000000000/publish`,
    INGEST_QUEUE_URL: `${fauxqs.address}/000000000000/ingest`,
    DELIVER_QUEUE_URL: `${fauxqs.address}/000000000000/deliver`,
    CREDENTIALS_SECRET_ID: 'credentials',
    HOOKS_SECRET_ID: 'hooks',
    SIGNING_SECRET_ID: 'signing',
    NETWORKS_SECRET_PREFIX: 'networks/',
    // a local one is not held to 600 requests a minute
    STAGE: 'local',
    PUBLIC_URL: 'https://api.example.org',
    ALLOW_PRIVATE_HOSTS: 'true',
  })
  await new S3Client({ forcePathStyle: true }).send(new CreateBucketCommand({ Bucket: 'media' }))

  /** A call as the gateway makes it, to the function that the route or else the longest mount leads to. */
  async function ask(
    token: string | undefined,
    { headers = {}, ...asked }: Ask,
    resource = mountOf(asked.path),
  ): Promise<Answered> {
    const handler = handlers.get(resource)
    if (handler === undefined) throw new Error(`Nothing is mounted at ${asked.path}.`)
    const authorization: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` }
    const answer = await invoke(handler, { ...asked, headers: { ...authorization, ...headers } })
    await expectDocumented(asked.method ?? 'GET', asked.path, answer)
    return answer
  }

  /** Everything that is stored, whoever's it is. */
  async function stored(): Promise<Map<string, string>> {
    const client = DynamoDBDocumentClient.from(engine.client())
    const found = new Map<string, string>()
    let ExclusiveStartKey: Record<string, unknown> | undefined
    do {
      const page = await client.send(new ScanCommand({ TableName: tableName, ExclusiveStartKey }))
      for (const item of page.Items ?? []) {
        const { lastUsedAt: _, ...rest } = item
        if (!bookkeeping(item)) found.set(`${item.pk} ${item.sk}`, JSON.stringify(sorted(rest)))
      }
      ExclusiveStartKey = page.LastEvaluatedKey
    } while (ExclusiveStartKey !== undefined)
    return found
  }

  async function house(name: string): Promise<House> {
    const made = await new Workspaces({ table, ...parts }).create({
      name,
      ownerName: 'Ana',
      ownerEmail: `${name}@example.org`,
    })
    const { id } = made.workspace
    const token = made.apiKey
    const post = async (path: string, body: unknown) => {
      const answer = await ask(token, { method: 'POST', path, body })
      if (answer.status !== 201) throw new Error(`POST ${path}: ${answer.text}`)
      return answer.json
    }
    const ids: Record<string, string> = {}
    for (const round of [1, 2]) {
      const channel = await post('/v1/channels', { network: 'feed', credentials: {}, name: `News ${round}` })
      const written = await post('/v1/posts', { text: `Hello ${round}`, channels: [channel.id] })
      const endpoint = await post('/v1/webhook-endpoints', { url: 'https://example.org/hook', events: ['*'] })
      Object.assign(ids, {
        userId: (await post('/v1/users', { name: 'Léa', email: `lea${round}@example.org`, role: 'viewer' })).id,
        keyId: (await post('/v1/api-keys', { name: 'Website', scopes: ['posts:read'] })).id,
        channelId: channel.id,
        feedId: channel.account.externalId,
        format: 'rss',
        mediaId: (await post('/v1/media', { filename: 'a.png', mime: 'image/png', bytes: 70 })).id,
        postId: written.id,
        publicationId: written.publications[0].id,
        connectionId: (await post('/v1/channels/connect', { network: 'facebook' })).id,
        endpointId: ids.endpointId ?? endpoint.id,
        mentionId: await aMention(table, channel, id, round),
        notificationId: await aNotification(table, id),
        ...(await aList(table, id, channel.id, round)),
      })
      for (const action of ['reply', 'hide'])
        await post(`/v1/mentions/${ids.mentionId}/actions`, {
          action,
          byHand: true,
          ...(action === 'reply' ? { text: 'Merci !' } : {}),
        })
      ids.deliveryId = await aDelivery(table, id, ids.endpointId ?? '')
    }
    return { id, token, ids }
  }

  const one = await house('one')
  const two = await house('two')

  async function newKey(wanted: readonly Scope[]): Promise<{ id: string; token: string }> {
    return (await ask(one.token, { method: 'POST', path: '/v1/api-keys', body: { name: 'Some', scopes: wanted } })).json
  }
  const revoked = await newKey(scopes)
  await ask(one.token, { method: 'DELETE', path: `/v1/api-keys/${revoked.id}` })
  const without = new Map<string, string>()
  for (const scope of scopes) without.set(scope, (await newKey(scopes.filter((other) => other !== scope))).token)

  return {
    one,
    two,
    table,
    revoked: revoked.token,
    without,
    ask,
    stored,
    facebookApp,
    stop: async () => {
      await secrets.stop()
      await fauxqs.stop()
      await engine.stop()
    },
  }
}
export type Houses = Awaited<ReturnType<typeof startHouses>>

function mountOf(path: string): string {
  const matching = Object.entries(resources).flatMap(([name, { mounts }]) =>
    mounts
      .filter((mount) => path === mount || path.startsWith(`${mount}/`) || path.startsWith(`${mount}?`))
      .map((mount) => [name, mount] as const),
  )
  return matching.toSorted(([, a], [, b]) => b.length - a.length)[0]?.[0] ?? 'docs'
}

/** The path of a route with these parameters; `over` replaces some, as they are. */
export function pathOf(route: Route, house: House, over: Readonly<Record<string, string>> = {}): string {
  return route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const id = over[name] ?? house.ids[name] ?? constants[name]
    if (id === undefined) throw new Error(`${route.path}: give ${name} an item in tests/api/every-route.ts.`)
    return id
  })
}

const constants: Readonly<Record<string, string>> = { asset: 'scalar.js', network: 'facebook', subject: 'bot.1' }

const ownBodies: Readonly<Record<string, (house: House) => unknown>> = {
  createPost: ({ ids }) => ({ text: 'Hello', channels: [ids.channelId] }),
  validatePost: ({ ids }) => ({ text: 'Hello', channels: [ids.channelId] }),
  updatePost: () => ({ text: 'Hello again' }),
  updatePublication: () => ({ text: 'Hello on this channel' }),
  schedulePost: () => ({ schedule: { now: true } }),
  schedulePublication: () => ({ schedule: { now: true } }),
  updateChannel: () => ({ name: 'Other news' }),
  reconnectChannel: () => ({ credentials: {} }),
  updateMedia: () => ({ alt: 'A tart' }),
  updateEndpoint: () => ({ description: 'Mine' }),
  createList: ({ ids }) => ({
    name: 'Lettre',
    channelId: ids.channelId,
    wording: 'J’accepte de recevoir la lettre.',
    footer: 'Quimper',
  }),
  updateList: () => ({ name: 'Autre lettre' }),
  createMention: ({ ids }) => ({ channelId: ids.channelId, text: 'Bravo !' }),
  createMentionAction: () => ({ action: 'reply', text: 'Merci !', byHand: true }),
}

/** A body that the operation takes; undefined if it takes none. */
export function bodyOf(route: Route, house: House): unknown {
  if (operations.get(route.operation)?.body === undefined) return undefined
  const body = ownBodies[route.operation]?.(house) ?? Object.values(examples[route.operation] ?? {})[0]
  if (body === undefined) throw new Error(`${route.operation}: give it an example in scripts/openapi/examples.ts.`)
  return body
}

const documented = z.strictObject({
  type: z.string(),
  title: z.string().min(5),
  status: z.number(),
  detail: z.string().min(10),
  code: z.string().regex(/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/),
  instance: z.string().min(1),
  problems: z
    .array(
      z.looseObject({
        pointer: z.string().regex(/^(\/.*)?$/),
        code: z.string().regex(/^[a-z_]+$/),
        message: z.string().min(5),
      }),
    )
    .min(1)
    .optional(),
})

/** What no answer says: stack frames, names of our modules, of the engine, of keys and of the environment. */
const internals =
  /\n\s+at |node_modules|\.m?[jt]s:\d|[A-Z]\w*(Error|Exception)\b|dynamo|ws#|apikey#|\b[ps]k\b|127\.0\.0\.1|\/work\/|undefined|ZodType/i

/** A problem document (RFC 9457) of this status and one of these codes, that says nothing of how we are made. */
export function expectProblem(
  answer: Answered,
  status: number | readonly number[],
  ...codes: string[]
): z.infer<typeof documented> {
  const problem = documented.parse(answer.json)
  expect([status].flat(), answer.text).toContain(answer.status)
  if (codes.length > 0) expect(codes, answer.text).toContain(problem.code)
  expect(answer.headers['content-type']).toBe('application/problem+json')
  expect(problem.status).toBe(answer.status)
  expect(problem.type).toBe(`/docs#${problem.code}`)
  expect(answer.text.slice(0, 20_000)).not.toMatch(internals)
  return problem
}

async function aMention(
  table: Table,
  channel: { id: string; network: string; account: { externalId: string } },
  workspaceId: string,
  round: number,
) {
  const mentions = new Mentions({ table, ...parts, retentionOf: async () => undefined })
  const event = {
    kind: 'comment',
    action: 'created',
    externalId: `c${round}`,
    at: Date.now(),
    text: 'Bravo !',
    author: { externalId: 'p1', handle: 'zoe', name: 'Zoé' },
  }
  await mentions.apply({ ...channel, workspaceId } as never, event)
  return (await mentions.list(workspaceId, {}, { limit: 1 })).items[0]?.id ?? ''
}

/** A list, somebody on it, and what the pages of both are addressed by. */
async function aList(table: Table, workspaceId: string, channelId: string, round: number) {
  const lists = new Lists({ table, ...parts, networkOf: async () => 'email' })
  const wording = 'J’accepte de recevoir la lettre.'
  const wanted = {
    name: `Lettre ${round}`,
    channelId,
    language: 'fr',
    wording,
    footer: 'Quimper',
    countOpens: false,
    askTracking: false,
  }
  const list = await lists.create(workspaceId, { ...wanted, inactiveAfterDays: 1095 }, () => [])
  const proof = { at: iso(Date.now()), source: 'caisse', wording }
  const subscribers = new Subscribers({ table, ...parts })
  for (const i of [1, 2])
    await subscribers.import({ ...list, workspaceId }, { proof, subscribers: [{ email: `r${i}@example.org` }] })
  const subscriber = (await subscribers.list(workspaceId, list.id, undefined, 1)).items[0]
  const key = `${newId('publication', Date.now(), systemRandom)}.1`
  const desk = new NewsletterDesk({ table, ...parts, log: jsonLog(() => {}) }, workspaceId, channelId)
  await desk.start({ key, listId: list.id, subject: 'x', text: '[x](https://example.org/x)', language: 'fr' })
  const record = await table.get(keys.subscriber(workspaceId, subscriber?.id ?? ''), subscriberRecord)
  return {
    listId: list.id,
    subscriberId: subscriber?.id ?? '',
    address: record === undefined ? '' : addressOf(record, record.token),
    workspaceId,
    issue: key,
    link: '0',
  }
}

async function aNotification(table: Table, workspaceId: string) {
  const now = Date.now()
  const id = newId('notification', now, systemRandom)
  const note = {
    id,
    workspaceId,
    kind: 'publication.missed',
    severity: 'warning',
    language: 'fr',
    title: 'Manqué',
    happened: 'Manqué.',
    means: 'Rien n’est parti.',
    settles: { text: 'Reprogrammer', method: 'GET', path: '/v1/publications' },
    subjects: {},
    mail: 'off',
    mailed: [],
    refused: [],
    occurredAt: iso(now),
    createdAt: iso(now),
  }
  await table.write({
    put: { ...keys.notification(workspaceId, id), ...listed(workspaceId, 'notifications', iso(now), id), ...note },
  })
  return id
}

async function aDelivery(table: Table, workspaceId: string, endpointId: string) {
  const now = Date.now()
  const id = newId('delivery', now, systemRandom)
  const event = {
    id: id.replace('del_', 'evt_'),
    name: 'post.created',
    version: 1,
    time: iso(now),
    workspaceId,
    subject: 'post_1',
    sequence: 1,
    data: {},
  }
  const delivery = {
    id,
    workspaceId,
    endpointId,
    eventId: event.id,
    eventName: event.name,
    state: 'failed',
    attempts: 1,
    log: [],
    replays: 0,
    event,
    createdAt: iso(now),
    updatedAt: iso(now),
  }
  await table.write({ put: { ...keys.delivery(workspaceId, endpointId, id), ...delivery } })
  return id
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, inner]) => [name, sorted(inner)]),
  )
}

export { routes }
