/** Calls to a site's Admin API: tokens made of the key, the shapes that are read, and what its errors mean. */
import { createHmac } from 'node:crypto'
import * as z from 'zod'
import { attempt, type HttpAnswer, type HttpRequest, type Meaning, type Platform, type Tried } from '../http/index.ts'
import type { NetworkTools } from '../network.ts'
import { apiVersion, title, tokenSeconds } from './facts.ts'

export const credentials = z.object({
  /** The address of the site's admin, without `/ghost`. */
  site: z.url(),
  /** `id:secret`, the secret in hexadecimal. */
  adminKey: z.string(),
})
export type Credentials = z.infer<typeof credentials>
export const settings = z.object({})
export type Settings = z.infer<typeof settings>

const failure = z.object({
  errors: z
    .array(
      z.object({ message: z.string(), context: z.string().nullish(), type: z.string(), code: z.string().nullish() }),
    )
    .min(1),
})

const failureOf = (answer: HttpAnswer | undefined) =>
  answer === undefined ? undefined : failure.safeParse(answer.json()).data?.errors[0]

export const ghost: Platform = {
  title,
  words(answer) {
    const found = failureOf(answer)
    return found === undefined ? undefined : [found.message, found.context].filter(Boolean).join(' ')
  },
}

/** The draft was changed on the site since it was read. */
export const isStale = (answer: HttpAnswer | undefined): boolean =>
  answer?.status === 409 && failureOf(answer)?.type === 'UpdateCollisionError'
/** The same thing is there already: Ghost says so with 422. */
export const isThere = (answer: HttpAnswer | undefined): boolean =>
  answer?.status === 422 && /already exists|already registered|has already been/i.test(ghost.words(answer) ?? '')

/** A token of five minutes for the Admin API (HS256, RFC 7519), made of the key. `now` in ms. */
export function tokenOf(adminKey: string, now: number): string {
  const [kid = '', secret = ''] = adminKey.split(':')
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const iat = Math.floor(now / 1000)
  const signed = `${part({ alg: 'HS256', typ: 'JWT', kid })}.${part({ iat, exp: iat + tokenSeconds, aud: '/admin/' })}`
  return `${signed}.${createHmac('sha256', Buffer.from(secret, 'hex')).update(signed).digest('base64url')}`
}

interface Call {
  readonly method: HttpRequest['method']
  readonly path: string
  readonly json?: unknown
  readonly form?: FormData
}

export const request = (
  { site, adminKey }: Credentials,
  now: number,
  { method, path, json, form }: Call,
): HttpRequest => ({
  method,
  url: `${site.replace(/\/+$/, '')}/ghost/api/admin${path}`,
  headers: {
    authorization: `Ghost ${tokenOf(adminKey, now)}`,
    'accept-version': apiVersion.name,
    accept: 'application/json',
  },
  ...(json === undefined ? {} : { json }),
  ...(form === undefined ? {} : { form, timeoutMs: 120_000 }),
})

type Tools = Pick<NetworkTools, 'http' | 'signal' | 'clock'>

export const call = (tools: Tools, as: Credentials, what: Call, meaning: Meaning = {}): Promise<Tried> =>
  attempt(ghost, tools, request(as, tools.clock.now(), what), meaning)

const post = z.object({ id: z.string(), status: z.string(), url: z.string(), updated_at: z.string() })
export type Post = z.infer<typeof post>
const posts = z.object({ posts: z.array(post) })
/** The posts of an answer; undefined where it cannot be read. */
export const postsOf = (answer: HttpAnswer): readonly Post[] | undefined => posts.safeParse(answer.json()).data?.posts
