import { once } from 'node:events'
import { readdir, readFile, rm, stat } from 'node:fs/promises'
import type { Server } from 'node:http'
import { join } from 'node:path'
import { SESv2Client, SendEmailCommand, type SendEmailCommandInput } from '@aws-sdk/client-sesv2'
import { SMTPServer } from 'smtp-server'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { Bus } from '../../local/bus.ts'
import { awsEndpoint } from '../../local/endpoint.ts'
import { Mail } from '../../local/mail.ts'
import { Secrets } from '../../local/secrets.ts'
import { Wire } from '../../local/wire.ts'
import { temporaryFolder } from './support.ts'

let home: string
let server: Server
let client: SESv2Client

beforeEach(async () => {
  home = await temporaryFolder()
})
afterEach(async () => {
  client.destroy()
  server.close()
  await rm(home, { recursive: true })
})

async function start(smtpUrl?: string): Promise<void> {
  const bus = new Bus([], new Wire('http://127.0.0.1:9'))
  server = awsEndpoint(bus, await Secrets.open(home, []), new Mail(join(home, 'mail'), smtpUrl), () => {}).listen(
    0,
    '127.0.0.1',
  )
  await once(server, 'listening')
  const address = server.address()
  const endpoint = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
  client = new SESv2Client({
    endpoint,
    region: 'eu-west-3',
    maxAttempts: 1,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  })
}

const input: SendEmailCommandInput = {
  FromEmailAddress: 'Parvis <parvis@example.com>',
  Destination: { ToAddresses: ['anne@example.com'], BccAddresses: ['quiet@example.com'] },
  Content: {
    Simple: {
      Subject: { Data: 'Un billet n’est pas parti' },
      Body: { Text: { Data: 'Voici pourquoi : é' }, Html: { Data: '<p>Voici pourquoi</p>' } },
      Headers: [{ Name: 'X-Cause', Value: 'pub_1' }],
    },
  },
}

it('without a mail server, a mail is a file that a mail program opens', async () => {
  await start()
  const { MessageId } = await client.send(new SendEmailCommand(input))
  const [file = '', ...others] = await readdir(join(home, 'mail'))
  expect(others).toEqual([])
  expect(file).toMatch(/\.eml$/)
  const text = await readFile(join(home, 'mail', file), 'utf8')
  expect(text).toContain('From: Parvis <parvis@example.com>')
  expect(text).toContain('To: anne@example.com')
  expect(text).toContain('X-Cause: pub_1')
  expect(text).toContain(MessageId)
  expect(text).toMatch(/Subject: =\?UTF-8/)
  expect((await stat(join(home, 'mail', file))).mode & 0o777).toBe(0o600)
})

it('with a mail server, it goes there, to everyone it is for, the hidden ones unnamed', async () => {
  const received: { to: string[]; text: string }[] = []
  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData: async (stream, session, done) => {
      let text = ''
      for await (const chunk of stream) text += chunk
      received.push({ to: session.envelope.rcptTo.map(({ address }) => address), text })
      done()
    },
  })
  await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve))
  const address = smtp.server.address()
  await start(`smtp://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`)
  await client.send(new SendEmailCommand(input))
  const raw = Buffer.from('From: a@example.com\r\nTo: b@example.com\r\nSubject: raw\r\n\r\nas it is\r\n').toString(
    'base64',
  )
  await client.send(
    new SendEmailCommand({
      ...input,
      Content: { Raw: { Data: Buffer.from(raw, 'base64') } },
      Destination: { ToAddresses: ['b@example.com'] },
    }),
  )
  expect(received.map(({ to }) => to)).toEqual([['anne@example.com', 'quiet@example.com'], ['b@example.com']])
  expect(received[0]?.text).not.toContain('quiet@example.com')
  expect(received[1]?.text).toContain('as it is')
  await new Promise<void>((resolve) => smtp.close(() => resolve()))
})

it('a mail that the server refuses is an error, so that the sender tries again', async () => {
  await start('smtp://127.0.0.1:9')
  await expect(client.send(new SendEmailCommand(input))).rejects.toThrow()
})
