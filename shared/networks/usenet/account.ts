/** What a channel of a newsgroup is: a server, a group, and who writes there. */
import { createHash } from 'node:crypto'
import * as z from 'zod'
import { ports } from './facts.ts'

const host = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[a-z0-9]([a-z0-9.:-]*[a-z0-9])?$/)
  .max(253)

export const credentialsInput = z.object({
  host: host.meta({ description: 'The news server', example: 'news.example.org' }),
  port: z
    .number()
    .int()
    .min(1)
    .max(65_535)
    .or(
      z
        .string()
        .regex(/^\d{1,5}$/)
        .transform(Number),
    )
    .optional(),
  security: z
    .enum(['tls', 'starttls', 'none'])
    .default('tls')
    .meta({ description: '`tls` from the first byte (port 563), `starttls`, or `none` (port 119, no password)' }),
  user: z.string().min(1).max(200).optional(),
  password: z.string().min(1).max(200).optional(),
  group: z
    .string()
    .trim()
    // RFC 5536 §3.1.4
    .regex(/^[A-Za-z0-9+_-]+(\.[A-Za-z0-9+_-]+)*$/)
    .max(200)
    .meta({ description: 'The newsgroup', example: 'fr.rec.boulangerie' }),
  name: z.string().trim().min(1).max(100).meta({ description: 'The name that articles are from' }),
  address: z.email().max(200).meta({ description: 'The address that articles are from; everybody can read it' }),
})

export const server = z.object({
  host: z.string(),
  port: z.number().int(),
  security: z.enum(['tls', 'starttls', 'none']),
  user: z.string().optional(),
  password: z.string().optional(),
})
export type Server = z.infer<typeof server>

export const credentials = server.extend({
  group: z.string(),
  name: z.string(),
  address: z.string(),
  /** Moderators of the group get articles by mail first: what was accepted may never appear. */
  moderated: z.boolean(),
})
export type Credentials = z.infer<typeof credentials>

export const settings = z.object({
  everything: z
    .boolean()
    .default(false)
    .meta({ description: 'Every new article of the group comes in as a mention, not only answers to ours' }),
})
export type Settings = z.infer<typeof settings>

export const portOf = ({ port, security }: z.infer<typeof credentialsInput>): number =>
  port ?? (security === 'tls' ? ports.tls : ports.plain)

type Identity = Pick<Credentials, 'address' | 'group' | 'host'>

/** Marks the Message-IDs that this channel makes, so that answers to them are known without asking. */
const markOf = ({ address, group, host }: Identity): string =>
  createHash('sha256').update(`${host}\n${group}\n${address.toLowerCase()}`).digest('hex').slice(0, 12)

const domainOf = (address: string) => address.slice(address.lastIndexOf('@') + 1).toLowerCase()

/**
 * The Message-ID (without its brackets) of what a key stands for: always the same, so that a server takes it once
 * (RFC 5536 §3.1.3; RFC 5537 §3.4: an id may be chosen by whoever posts).
 */
export const messageIdOf = (key: string, as: Identity): string =>
  `${key.replace(/[^A-Za-z0-9_-]/g, '.')}.${markOf(as)}@${domainOf(as.address)}`

/** Whether this channel made the article of that id. */
export const isOurs = (messageId: string, as: Identity): boolean =>
  messageId.endsWith(`.${markOf(as)}@${domainOf(as.address)}`)

/** How an article is linked to (RFC 5538). */
export const urlOf = (messageId: string): string => `news:${encodeURI(messageId)}`
