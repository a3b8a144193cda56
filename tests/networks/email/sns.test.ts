/** What SES tells by SNS: taken from SNS itself and from one's own topics, and from nobody else. */
import { execFileSync } from 'node:child_process'
import { createSign } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../../shared/kernel/clock.ts'
import { snsReceiver } from '../../../shared/networks/email/webhook.ts'
import type { RawDelivery } from '../../../shared/networks/network.ts'

const topic = 'arn:aws:sns:eu-west-3:123456789012:parvis-mail'
const app = { topicArns: ` arn:aws:sns:eu-west-3:123456789012:other, ${topic}` }
const host = 'https://sns.eu-west-3.amazonaws.com'
const certUrl = `${host}/SimpleNotificationService-abc123.pem`
const subscribeUrl = `${host}/?Action=ConfirmSubscription&TopicArn=${topic}&Token=t0ken`

interface Pair {
  readonly key: string
  readonly cert: string
}
let aws: Pair
let stranger: Pair
let asked: string[] = []
let status = 200
let now = 0
const clock = { ...systemClock, now: () => now }

function pair(): Pair {
  const folder = mkdtempSync(join(tmpdir(), 'parvis-sns-'))
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const args = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=sns.amazonaws.com', '-days', '30']
  execFileSync('openssl', [...args, '-keyout', key, '-out', cert], { stdio: 'ignore' })
  const made = { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') }
  rmSync(folder, { recursive: true })
  return made
}
beforeAll(() => {
  aws = pair()
  stranger = pair()
})
beforeEach(() => {
  asked = []
  status = 200
  now = Date.now()
})
const receiver = () =>
  snsReceiver({
    clock,
    get: async (url) => {
      asked.push(url)
      return { status, text: () => (url.endsWith('.pem') ? aws.cert : '<ConfirmSubscriptionResponse/>') }
    },
  })

type Fields = Record<string, string | undefined>
const order: Readonly<Record<string, readonly string[]>> = {
  Notification: ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'],
  SubscriptionConfirmation: ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
  UnsubscribeConfirmation: ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
}
/** Signed as SNS does; `after` is changed once it is signed. */
function message(fields: Fields = {}, after: Fields = {}, key = aws.key): RawDelivery {
  const of: Fields = {
    Type: 'Notification',
    MessageId: '22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324',
    TopicArn: topic,
    Message: '{}',
    Timestamp: new Date(now).toISOString(),
    SignatureVersion: '1',
    SigningCertURL: certUrl,
    ...fields,
  }
  const text = (order[of.Type ?? ''] ?? []).map((name) => (of[name] === undefined ? '' : `${name}\n${of[name]}\n`))
  const Signature = createSign(of.SignatureVersion === '2' ? 'RSA-SHA256' : 'RSA-SHA1')
    .update(text.join(''))
    .sign(key, 'base64')
  const body = Buffer.from(
    JSON.stringify({ ...of, Signature, UnsubscribeURL: `${host}/?Action=Unsubscribe`, ...after }),
  )
  return { headers: { 'content-type': 'text/plain; charset=UTF-8' }, query: {}, body }
}
const subscription = (fields: Fields = {}) =>
  message({ Type: 'SubscriptionConfirmation', Token: 't0ken', SubscribeURL: subscribeUrl, ...fields })

describe('who may tell', () => {
  it('is SNS, in both versions of its signature, with a subject or without; its certificate is read once', async () => {
    const sns = receiver()
    for (const SignatureVersion of ['1', '2'])
      for (const Subject of [undefined, 'Amazon SES Email Event Notification'])
        expect(await sns.verify(message({ SignatureVersion, Subject, Message: '{"a":"é\\n"}' }), app)).toBe(true)
    expect(asked).toEqual([certUrl])
  })
  it('is nobody who changed a word of it, or signed it themselves', async () => {
    const sns = receiver()
    const changes: Fields[] = [
      { Message: '{"b":1}' },
      { MessageId: 'x' },
      { Subject: 'x' },
      { Timestamp: new Date(now - 1000).toISOString() },
      { TopicArn: 'arn:aws:sns:eu-west-3:123456789012:other' },
      { SignatureVersion: '2' },
      { SignatureVersion: '3' },
      { Signature: 'AAAA' },
      { Signature: undefined },
      { Type: 'UnsubscribeConfirmation' },
    ]
    for (const change of changes) expect(await sns.verify(message({}, change), app), JSON.stringify(change)).toBe(false)
    expect(await sns.verify(message({}, {}, stranger.key), app)).toBe(false)
    expect(await sns.verify({ headers: {}, query: {}, body: Buffer.from('no JSON') }, app)).toBe(false)
  })
  it('is nobody who brings a certificate from elsewhere: it is not even looked at', async () => {
    const sns = receiver()
    for (const SigningCertURL of [
      certUrl.replace('https:', 'http:'),
      'https://sns.eu-west-3.amazonaws.com.evil.example/x.pem',
      'https://sns.eu-west-3.amazonaws.com@evil.example/x.pem',
      'https://evil.example/x.pem',
      // a bucket named sns
      'https://sns.s3.amazonaws.com/x.pem',
      'https://sns.s3-eu-west-3.amazonaws.com/x.pem',
      'https://sns.eu-west-3.amazonaws.com:8443/x.pem',
      'https://sns.us-east-1.amazonaws.com/x.pem',
      'https://sns.eu-west-3.amazonaws.com.cn/x.pem',
      `${host}/x.txt`,
      `${host}/?Action=Publish&x=.pem`,
      'https://169.254.169.254/x.pem',
    ])
      expect(await sns.verify(message({ SigningCertURL }), app), SigningCertURL).toBe(false)
    expect(asked).toEqual([])
  })
  it('in China is SNS there', async () => {
    const TopicArn = 'arn:aws-cn:sns:cn-north-1:123456789012:parvis'
    const SigningCertURL = 'https://sns.cn-north-1.amazonaws.com.cn/x.pem'
    expect(await receiver().verify(message({ TopicArn, SigningCertURL }), { topicArns: TopicArn })).toBe(true)
  })
  it('is no topic of somebody else, and nobody before a topic is configured', async () => {
    const foreign = message({ TopicArn: 'arn:aws:sns:eu-west-3:999999999999:parvis-mail' })
    await expect(receiver().verify(foreign, app)).rejects.toMatchObject({ kind: 'forbidden', code: 'unknown_topic' })
    for (const topicArns of [undefined, '', ' , ', '*', 'parvis-mail'])
      await expect(receiver().verify(message(), topicArns === undefined ? {} : { topicArns })).rejects.toMatchObject({
        kind: 'unavailable',
        code: 'topics_not_configured',
      })
    expect(asked).toEqual([])
  })
  it('is nobody who kept what SNS said for later', async () => {
    const kept = message()
    const sns = receiver()
    now += 23 * 3600_000
    expect(await sns.verify(kept, app)).toBe(true)
    now += 2 * 3600_000
    expect(await sns.verify(kept, app)).toBe(false)
  })
  it('is told to come again while its certificate cannot be had, or is not valid', async () => {
    const sns = receiver()
    status = 503
    await expect(sns.verify(message(), app)).rejects.toMatchObject({ kind: 'unavailable', code: 'sns_unreachable' })
    status = 200
    now += 40 * 24 * 3600_000
    await expect(sns.verify(message(), app)).rejects.toMatchObject({ code: 'certificate_expired' })
    now -= 40 * 24 * 3600_000
    expect(await sns.verify(message(), app)).toBe(true)
  })
})

describe('a topic that is subscribed', () => {
  it('is confirmed by one look at its address', async () => {
    const sns = receiver()
    const delivery = subscription()
    expect(await sns.verify(delivery, app)).toBe(true)
    expect(await sns.handshake?.('POST', delivery, app)).toEqual({ status: 200, body: '' })
    expect(asked).toEqual([certUrl, subscribeUrl])
  })
  it('is not, where the address is not one of SNS', async () => {
    const delivery = subscription({ SubscribeURL: 'https://evil.example/?Action=ConfirmSubscription' })
    expect(await receiver().handshake?.('POST', delivery, app)).toMatchObject({ status: 403 })
    expect(asked).toEqual([])
  })
  it('is asked for again where SNS does not answer', async () => {
    status = 500
    await expect(receiver().handshake?.('POST', subscription(), app)).rejects.toMatchObject({ code: 'sns_unreachable' })
  })
  it('and unsubscribed stays so; what it tells is no handshake', async () => {
    const ended = message({ Type: 'UnsubscribeConfirmation', Token: 't', SubscribeURL: subscribeUrl })
    expect(await receiver().verify(ended, app)).toBe(true)
    expect(await receiver().handshake?.('POST', ended, app)).toEqual({ status: 200, body: '' })
    expect(await receiver().handshake?.('POST', message(), app)).toBeUndefined()
    expect(await receiver().handshake?.('GET', subscription(), app)).toBeUndefined()
    expect(asked).toEqual([certUrl])
  })
})

describe('what SES tells', () => {
  const letter = 'pub_01J00000000000000000000000.1.sub_01J00000000000000000000000@boulangerie.example'
  const mail = (headers: object[]) => ({
    timestamp: '2026-11-21T09:00:00.000Z',
    messageId: '0107019-ses',
    source: 'La boulangerie <Contact@Boulangerie.example>',
    destination: ['lea@lecteurs.example'],
    headers,
  })
  const ours = mail([
    { name: 'Message-ID', value: `<${letter}>` },
    { name: 'X-Parvis-Letter', value: `<${letter}>` },
  ])
  const told = (what: object) => receiver().normalize(message({ Message: JSON.stringify(what) }).body)
  const bounce = (bounceType: string) => ({
    bounceType,
    bounceSubType: 'General',
    timestamp: '2026-11-21T09:01:00.000Z',
    bouncedRecipients: [
      {
        emailAddress: 'Léa <Lea@lecteurs.example>',
        action: 'failed',
        status: '5.1.1',
        diagnosticCode: 'smtp; 550 no such user',
      },
    ],
  })
  const expected = (report: object) => [
    {
      accountId: 'contact@boulangerie.example',
      event: expect.objectContaining({
        kind: 'message_state',
        externalId: letter,
        report: expect.objectContaining({ messageId: letter, ...report }),
      }),
    },
  ]
  it('is a bounce, for good or not, in both forms', () => {
    for (const form of ['notificationType', 'eventType'])
      for (const [type, finding] of [
        ['Permanent', 'no_mailbox'],
        ['Transient', 'mailbox_unavailable'],
        ['Undetermined', 'mailbox_unavailable'],
      ] as const)
        expect(told({ [form]: 'Bounce', bounce: bounce(type), mail: ours })).toEqual(
          expected({ kind: 'bounce', finding, words: '5.1.1 smtp; 550 no such user' }),
        )
  })
  it('says of the mailbox only what SES found out itself, or the server', () => {
    for (const [bounceType, bounceSubType, status, diagnosticCode, finding] of [
      ['Permanent', 'NoEmail', '', '', 'no_mailbox'],
      ['Permanent', 'General', '5.1.1', 'smtp; 550 5.1.1 user unknown', 'no_mailbox'],
      ['Permanent', 'General', '5.7.1', 'smtp; 554 5.7.1 Client host blocked using zen.example', 'none'],
      ['Permanent', 'General', '', '', 'none'],
      ['Transient', 'MailboxFull', '5.2.2', '', 'mailbox_unavailable'],
      ['Transient', 'ContentRejected', '5.7.1', 'smtp; 550 spam', 'none'],
      ['Transient', 'MessageTooLarge', '5.3.4', '', 'none'],
    ] as const) {
      const recipients = [{ emailAddress: 'lea@lecteurs.example', status, diagnosticCode }]
      const of = { ...bounce(bounceType), bounceSubType, bouncedRecipients: recipients }
      expect(told({ eventType: 'Bounce', bounce: of, mail: ours })).toEqual(expected({ kind: 'bounce', finding }))
    }
  })
  it('is a complaint, unless somebody says that it is no spam', () => {
    const complaint = {
      complainedRecipients: [{ emailAddress: 'lea@lecteurs.example' }],
      timestamp: '2026-11-21T09:01:00.000Z',
    }
    for (const form of ['notificationType', 'eventType']) {
      const of = (type: object) => told({ [form]: 'Complaint', complaint: { ...complaint, ...type }, mail: ours })
      expect(of({ complaintFeedbackType: 'abuse' })).toEqual(expected({ kind: 'complaint', words: 'abuse' }))
      expect(of({ complaintFeedbackType: null })).toEqual(expected({ kind: 'complaint' }))
      expect(of({ complaintFeedbackType: 'not-spam' })).toEqual([])
    }
  })
  it('of an answer is how far it got', () => {
    const answer = mail([{ name: 'Message-ID', value: '<act_1@boulangerie.example>' }])
    const timestamp = '2026-11-21T09:01:00.000Z'
    expect(told({ notificationType: 'Delivery', delivery: { timestamp }, mail: answer })).toEqual([
      {
        accountId: 'contact@boulangerie.example',
        event: {
          kind: 'message_state',
          action: 'edited',
          externalId: 'act_1@boulangerie.example',
          at: Date.parse(timestamp),
          state: 'delivered',
        },
      },
    ])
    const [failed] = told({ eventType: 'Bounce', bounce: bounce('Permanent'), mail: answer })
    expect(failed?.event).toMatchObject({ state: 'failed', externalId: 'act_1@boulangerie.example' })
    expect(failed?.event.report).toBeUndefined()
    expect(told({ eventType: 'Bounce', bounce: bounce('Transient'), mail: answer })).toEqual([])
  })
  it('is nothing where it is of something else, or not to be read', () => {
    const timestamp = '2026-11-21T09:01:00.000Z'
    expect(told({ eventType: 'Delivery', delivery: { timestamp }, mail: ours })).toEqual([])
    expect(told({ eventType: 'Open', open: {}, mail: ours })).toEqual([])
    expect(told({ eventType: 'Bounce', bounce: bounce('Permanent'), mail: { ...ours, headers: undefined } })).toEqual(
      [],
    )
    expect(told({ eventType: 'Bounce', bounce: 7, mail: ours })).toEqual([])
    const words = 'Successfully validated SNS topic for Amazon SES event publishing.'
    expect(receiver().normalize(message({ Message: words }).body)).toEqual([])
    expect(() => receiver().normalize(Buffer.from('x'))).toThrow(/not a delivery of SNS/)
  })
})
