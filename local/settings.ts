/** What a person may set of the one-machine stage, from the environment. */
import { resolve } from 'node:path'
import * as z from 'zod'

const address = z
  .url({ protocol: /^https?$/, error: 'An address is expected, such as https://parvis.example.com' })
  .transform((url) => url.replace(/\/+$/, ''))

const portError = 'A whole number from 0 to 65535 is expected (0 takes a free port)'

const schema = z.object({
  PORT: z
    .string()
    .regex(/^\d{1,5}$/, portError)
    .transform(Number)
    .refine((port) => port <= 65_535, portError)
    .default(4747),
  npm_config_demo: z.literal('true').optional().catch(undefined),
  PARVIS_HOME: z
    .string()
    .default('.parvis')
    .transform((path) => resolve(path)),
  PARVIS_PUBLIC_URL: address.optional(),
  PARVIS_ALLOW_PRIVATE_HOSTS: z.stringbool({ error: 'true or false is expected' }).default(false),
  PARVIS_SMTP_URL: z
    .url({
      protocol: /^smtps?$/,
      // of a scheme that URL does not know, `smtp:foo` has no host
      hostname: /./,
      error: 'An address is expected, such as smtp://user:password@mail.example.com:587',
    })
    .optional(),
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
  /** `npm start --demo`: without `--` before it npm takes the argument as a setting of its own, and hands it on so. */
  readonly demo: boolean
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
    demo: data.npm_config_demo === 'true',
  }
}
