/** What a person may set of the one-machine stage, from the environment. */
import { resolve } from 'node:path'
import * as z from 'zod'

const address = z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, ''))

const schema = z.object({
  PORT: z.coerce.number('PORT is a number').int().min(0).max(65_535).default(4747),
  PARVIS_HOME: z
    .string()
    .default('.parvis')
    .transform((path) => resolve(path)),
  PARVIS_PUBLIC_URL: address.optional(),
  PARVIS_ALLOW_PRIVATE_HOSTS: z.stringbool().default(false),
  PARVIS_SMTP_URL: z.url({ protocol: /^smtps?$/ }).optional(),
  PARVIS_DYNAMODB_ENDPOINT: address.optional(),
})

export interface Settings {
  /** 0 takes a free one. */
  readonly port: number
  readonly home: string
  /** Where the world reaches this machine, if it does: networks fetch media there and send webhooks. */
  readonly publicUrl: string | undefined
  readonly allowPrivateHosts: boolean
  readonly smtpUrl: string | undefined
  readonly dynamodbEndpoint: string | undefined
}

/** Throws an Error that names what is wrong. */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''))
  const parsed = schema.safeParse(given)
  if (!parsed.success) throw new Error(`The settings are wrong:\n${z.prettifyError(parsed.error)}`)
  const { data } = parsed
  return {
    port: data.PORT,
    home: data.PARVIS_HOME,
    publicUrl: data.PARVIS_PUBLIC_URL,
    allowPrivateHosts: data.PARVIS_ALLOW_PRIVATE_HOSTS,
    smtpUrl: data.PARVIS_SMTP_URL,
    dynamodbEndpoint: data.PARVIS_DYNAMODB_ENDPOINT,
  }
}
