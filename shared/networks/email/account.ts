/** What a channel of mail is: who it is from, the server that sends, and the mailbox that receives. */
import * as z from 'zod'
import { ports } from './facts.ts'

const host = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[a-z0-9]([a-z0-9.:-]*[a-z0-9])?$/)
  .max(253)
const port = z
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
  .optional()
const security = z.enum(['tls', 'starttls', 'none']).optional()
const secret = z.string().min(1).max(500).optional()

export const credentialsInput = z.object({
  address: z
    .email()
    .max(200)
    .meta({ description: 'The address that letters are from', example: 'contact@example.org' }),
  name: z.string().trim().min(1).max(100).meta({ description: 'The name beside it' }),
  smtpHost: host.meta({ description: 'The server that sends', example: 'email-smtp.eu-west-3.amazonaws.com' }),
  smtpPort: port,
  smtpSecurity: security.meta({ description: '`starttls` (port 587, the default), `tls` (465) or `none`' }),
  smtpUser: secret,
  smtpPassword: secret,
  imapHost: host.optional().meta({ description: 'The server of the mailbox, where letters should come in' }),
  imapPort: port,
  imapSecurity: security.meta({ description: '`tls` (port 993, the default), `starttls` (143) or `none`' }),
  imapUser: secret,
  imapPassword: secret,
  configurationSet: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/)
    .optional()
    .meta({ description: 'SES only: the configuration set that tells of bounces and complaints' }),
})

export const server = z.object({
  host: z.string(),
  port: z.number().int(),
  security: z.enum(['tls', 'starttls', 'none']),
  user: z.string().optional(),
  password: z.string().optional(),
})
export type Server = z.infer<typeof server>

export const credentials = z.object({
  address: z.string(),
  name: z.string(),
  smtp: server,
  imap: server.optional(),
  configurationSet: z.string().optional(),
})
export type Credentials = z.infer<typeof credentials>

export const settings = z.object({
  folder: z.string().min(1).max(200).default('INBOX').meta({ description: 'The folder that is read' }),
})
export type Settings = z.infer<typeof settings>

type Given = z.infer<typeof credentialsInput>

export function credentialsOf(given: Given): Credentials {
  const { address, name, configurationSet } = given
  const smtpSecurity = given.smtpSecurity ?? (given.smtpPort === ports.smtp.tls ? 'tls' : 'starttls')
  const imapSecurity = given.imapSecurity ?? (given.imapPort === ports.imap.starttls ? 'starttls' : 'tls')
  return {
    address,
    name,
    smtp: {
      host: given.smtpHost,
      port: given.smtpPort ?? ports.smtp[smtpSecurity],
      security: smtpSecurity,
      user: given.smtpUser,
      password: given.smtpPassword,
    },
    ...(given.imapHost === undefined
      ? {}
      : {
          imap: {
            host: given.imapHost,
            port: given.imapPort ?? ports.imap[imapSecurity],
            security: imapSecurity,
            user: given.imapUser ?? given.smtpUser,
            password: given.imapPassword ?? given.smtpPassword,
          },
        }),
    ...(configurationSet === undefined ? {} : { configurationSet }),
  }
}

export const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1).toLowerCase()

/** The Message-ID (without brackets) of what a key stands for: always the same. */
export const messageIdOf = (key: string, address: string): string =>
  `${key.replace(/[^A-Za-z0-9_-]/g, '.')}@${domainOf(address)}`

/** The subject of a mail by which somebody leaves a list. */
export const leaveSubject = (leaveId: string): string => `unsubscribe ${leaveId}`
export const leaveIdIn = (subject: string): string | undefined =>
  /^\s*unsubscribe\s+([A-Za-z0-9._-]{20,200})\s*$/i.exec(subject)?.[1]
