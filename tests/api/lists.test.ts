/** Lists, and the pages of their readers, through the functions; letters through a real SMTP server. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Deliverer } from '../../shared/newsletters/index.ts'
import { EmailSimulator } from '../simulators/email.ts'
import { type Houses, startHouses } from './every-route.ts'

let houses: Houses
let simulator: EmailSimulator
let channelId: string
let deliverer: Deliverer
let desk: typeof import('../../functions/containers/channels.ts')

beforeAll(async () => {
  houses = await startHouses('lists')
  process.env.LETTERS_QUEUE_URL = (process.env.PUBLISH_QUEUE_URL ?? '').replace(/publish$/, 'letters')
  simulator = await new EmailSimulator().start()
  const { credentials } = simulator.access()
  const made = await ask('POST', '/v1/channels', { network: 'email', credentials })
  expect(made.status, made.text).toBe(201)
  channelId = made.json.id
  deliverer = (await import('../../functions/containers/newsletters.ts')).deliverer()
  desk = await import('../../functions/containers/channels.ts')
})
afterAll(async () => {
  await simulator.stop()
  await houses.stop()
})
beforeEach(() => {
  simulator.sent.length = 0
})

const ask = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  houses.ask(houses.one.token, { method, path, headers, ...(body === undefined ? {} : { body }) })
/** As a reader's browser or mail program: no key. */
const visit = (
  method: string,
  url: string,
  headers: Record<string, string> = {},
  body = url.includes('/confirm') ? '' : 'List-Unsubscribe=One-Click',
) =>
  houses.ask(undefined, {
    method,
    path: url.replace('https://api.example.org', ''),
    headers: {
      'accept-language': 'fr',
      ...(method === 'POST' ? { 'content-type': 'application/x-www-form-urlencoded' } : {}),
      ...headers,
    },
    ...(method === 'POST' ? { body } : {}),
  })

async function newList(change: object = {}) {
  const made = await ask('POST', '/v1/lists', {
    name: 'La lettre <du fournil>',
    channelId,
    wording: 'J’accepte de recevoir la lettre du fournil.',
    footer: 'Quai des Brumes, Quimper',
    ...change,
  })
  expect(made.status, made.text).toBe(201)
  return made.json
}
const subscribe = async (listId: string, email: string) =>
  (await ask('POST', `/v1/lists/${listId}/subscribers`, { email, source: 'https://boulangerie.example' })).json
/** What waits is woken as the queue would. */
async function wake(id: string) {
  const { keys } = await import('../../shared/aws/keys.ts')
  const z = await import('zod')
  const key = id.startsWith('sub_') ? keys.subscriber(houses.one.id, id) : keys.issue(houses.one.id, id)
  const wakeAt = (await houses.table.get(key, z.object({ wakeAt: z.string().optional() })))?.wakeAt
  const workspaceId = houses.one.id
  if (wakeAt === undefined) return
  if (id.startsWith('sub_')) await deliverer.wake({ kind: 'confirmation', workspaceId, subscriberId: id, wakeAt })
  else await deliverer.wake({ kind: 'issue', workspaceId, issueKey: id, wakeAt })
}
const linkIn = (text: string | undefined, page: string) =>
  new RegExp(`https://api\\.example\\.org/newsletters/\\S+/${page}\\S*`).exec(text ?? '')?.[0] ?? ''

describe('/v1/lists', () => {
  it('makes, reads, changes, lists and removes', async () => {
    const list = await newList()
    expect(list).toMatchObject({ subscribers: 0, language: 'fr', countOpens: false, inactiveAfterDays: 1095 })
    const changed = await ask('PATCH', `/v1/lists/${list.id}`, { name: 'Autre' }, { 'if-match': '"1"' })
    expect(changed.json).toMatchObject({ name: 'Autre', version: 2 })
    expect((await ask('PATCH', `/v1/lists/${list.id}`, { name: 'x' }, { 'if-match': '"1"' })).status).toBe(412)
    expect((await ask('GET', '/v1/lists')).json.items.map(({ id }: { id: string }) => id)).toContain(list.id)
    expect((await ask('DELETE', `/v1/lists/${list.id}`)).status).toBe(204)
    expect((await ask('GET', `/v1/lists/${list.id}`)).status).toBe(404)
  })
  it('wants a channel that sends mail', async () => {
    const feed = houses.one.ids['channelId']
    const refused = await ask('POST', '/v1/lists', {
      name: 'x',
      channelId: feed,
      wording: 'J’accepte de recevoir x.',
      footer: 'x',
    })
    expect(refused.json).toMatchObject({ status: 422, code: 'not_an_email_channel' })
  })
  it('stays while people are on it', async () => {
    const list = await newList()
    const proof = { at: '2026-10-01T00:00:00Z', source: 'caisse', wording: 'x' }
    const body = { proof, subscribers: [{ email: 'a@x.example' }, { email: 'A@x.example' }] }
    expect((await ask('POST', `/v1/lists/${list.id}/imports`, body)).json).toEqual({
      imported: 1,
      already: 1,
      suppressed: 0,
    })
    expect((await ask('DELETE', `/v1/lists/${list.id}`)).json).toMatchObject({ status: 409, code: 'list_not_empty' })
    const [one] = (await ask('GET', `/v1/lists/${list.id}/subscribers?state=subscribed`)).json.items
    expect(one).toMatchObject({ email: 'a@x.example', proof })
    expect((await ask('DELETE', `/v1/lists/${list.id}/subscribers/${one.id}`)).status).toBe(204)
    expect((await ask('GET', `/v1/lists/${list.id}/subscribers/${one.id}`)).json).not.toHaveProperty('email')
    expect((await ask('DELETE', `/v1/lists/${list.id}`)).status).toBe(204)
  })
  it('does not keep an address in what a repeated call is answered', async () => {
    const list = await newList()
    const headers = { 'idempotency-key': 'one-form-sent-twice' }
    const body = { email: 'secret@x.example', source: 'x' }
    const path = `/v1/lists/${list.id}/subscribers`
    const [first, again] = [await ask('POST', path, body, headers), await ask('POST', path, body, headers)]
    expect(again.json.id).toBe(first.json.id)
    await ask('DELETE', `${path}/${first.json.id}`)
    expect([...(await houses.stored()).values()].join('\n')).not.toContain('secret@x.example')
  })
})

describe('a newsletter for a list', () => {
  const write = (listId: string, schedule?: object) =>
    ask('POST', '/v1/posts', {
      text: 'Bonjour',
      channels: [channelId],
      variants: { [channelId]: { options: { title: 'L’été', listId } } },
      ...(schedule === undefined ? {} : { schedule }),
    })
  const problem = {
    pointer: `/variants/CHANNEL/options/listId`,
    code: 'unknown_list',
  }
  const expected = () => ({ ...problem, pointer: problem.pointer.replace('CHANNEL', channelId) })

  it('is refused when it is scheduled and there is no such list', async () => {
    const answer = await write('list_01J00000000000000000000000', { now: true })
    expect(answer.status).toBe(422)
    expect(answer.json.problems).toEqual([expect.objectContaining(expected())])
  })

  it('is refused for a list of another channel, and accepted for its own', async () => {
    const second = await new EmailSimulator().start()
    const { credentials } = second.access()
    const address = 'autre@boulangerie.example'
    const other = await ask('POST', '/v1/channels', { network: 'email', credentials: { ...credentials, address } })
    expect(other.status, other.text).toBe(201)
    const foreign = await newList({ channelId: other.json.id })
    const answer = await write(foreign.id, { now: true })
    expect(answer.status, answer.text).toBe(422)
    expect(answer.json.problems).toEqual([expect.objectContaining(expected())])
    const own = await newList()
    const nextYear = `${new Date().getUTCFullYear() + 1}-01-01T09:00:00`
    const kept = await write(own.id, { at: nextYear })
    expect(kept.status, kept.text).toBe(201)
  })

  it('is rejected at its moment where its list was removed meanwhile', async () => {
    const { call } = await desk.channels().open(houses.one.id, channelId, AbortSignal.timeout(10_000))
    const { email } = await import('../../shared/networks/email/index.ts')
    const outcome = await email.publish({
      ...call,
      key: 'pub_01J00000000000000000000009.1',
      content: {
        parts: [{ text: 'Bonjour', media: [] }],
        language: 'fr',
        options: { title: 'x', listId: 'list_01J00000000000000000000000' },
      },
      dueAt: 0,
      checkpoint: undefined,
      begin: async () => {},
      saveCheckpoint: async () => {},
    } as never)
    expect(outcome).toMatchObject({ kind: 'rejected', reason: 'invalid' })
  })
})

describe('a reader', () => {
  it('confirms by a button, reads, follows a link, and leaves in one click', async () => {
    const list = await newList({ countOpens: true })
    const asked = await subscribe(list.id, 'lea@lecteurs.example')
    expect(asked.state).toBe('pending')
    await wake(asked.id)
    const confirm = linkIn(simulator.sent[0]?.email.text, 'confirm')

    // a program that follows every link confirms nothing
    const page = await visit('GET', confirm)
    expect(page).toMatchObject({ status: 200, headers: { 'content-type': 'text/html; charset=utf-8' } })
    expect(page.text).toContain('La lettre &lt;du fournil&gt;')
    expect(page.text).toContain('<button')
    expect(page.headers['content-security-policy']).toContain("default-src 'none'")
    expect((await ask('GET', `/v1/lists/${list.id}/subscribers/${asked.id}`)).json.state).toBe('pending')
    expect((await visit('POST', confirm, { 'user-agent': 'Firefox' })).text).toContain(
      'Vous recevrez le prochain envoi de «\u00a0La lettre &lt;du fournil&gt;\u00a0».',
    )
    const confirmed = (await ask('GET', `/v1/lists/${list.id}/subscribers/${asked.id}`)).json
    expect(confirmed).toMatchObject({ state: 'subscribed', proof: { userAgent: 'Firefox', wording: list.wording } })
    const inEnglish = await visit('GET', confirm, { 'accept-language': 'en' })
    expect(inEnglish.text).toContain('You will receive the next issue of “La lettre &lt;du fournil&gt;”.')
    // a browser that asks for neither language gets that of the list
    expect((await visit('GET', confirm, { 'accept-language': 'de' })).text).toContain('Inscription confirmée')

    simulator.sent.length = 0
    const key = 'pub_01J00000000000000000000000.1'
    const text = 'Bonjour, [voici](https://boulangerie.example/neuf?a=1&b=2).'
    const { call } = await desk.channels().open(houses.one.id, channelId, AbortSignal.timeout(10_000))
    await call.newsletters.start({ key, listId: list.id, subject: 'L’été', text, language: 'fr' })
    await wake(key)
    const [letter] = simulator.sent
    expect(letter?.to).toEqual(['lea@lecteurs.example'])
    const header = letter?.email.headers.find((one) => one.key === 'list-unsubscribe')?.value ?? ''
    const unsubscribe = /<(https[^>]+)>/.exec(header.replace(/\s/g, ''))?.[1] ?? ''
    expect(letter?.email.headers.find((one) => one.key === 'list-unsubscribe-post')?.value).toBe(
      'List-Unsubscribe=One-Click',
    )

    const link =
      /href="(https:\/\/api\.example\.org\/newsletters\/issues\/[^"]+)"/.exec(letter?.email.html ?? '')?.[1] ?? ''
    expect(await visit('GET', link)).toMatchObject({
      status: 303,
      headers: { location: 'https://boulangerie.example/neuf?a=1&b=2', 'cache-control': 'no-store' },
    })
    expect((await visit('GET', link.replace(/0$/, '7'))).status).toBe(404)
    const pixel = /src="(https:\/\/api[^"]+)"/.exec(letter?.email.html ?? '')?.[1] ?? ''
    expect((await visit('GET', pixel)).headers['content-type']).toBe('image/gif')

    // looking at the page is not leaving
    expect((await visit('GET', unsubscribe)).text).toContain('<button')
    expect((await ask('GET', `/v1/lists/${list.id}`)).json.subscribers).toBe(1)
    for (let twice = 0; twice < 2; twice++) {
      const left = await visit('POST', unsubscribe, { 'content-type': 'application/x-www-form-urlencoded' })
      expect(left.status).toBe(200)
      expect(left.text).toContain('Vous ne recevrez plus')
    }
    expect((await ask('GET', `/v1/lists/${list.id}`)).json.subscribers).toBe(0)
    expect(await call.newsletters.counters(key)).toEqual({
      delivered: 1,
      bounces: 0,
      complaints: 0,
      unsubscribes: 1,
      clicks: 1,
      opens: 1,
    })
  })
  it('with a link that is cut, guessed or of the other kind gets a page that says so, and nothing happens', async () => {
    const list = await newList()
    const asked = await subscribe(list.id, 'max@lecteurs.example')
    await wake(asked.id)
    const confirm = linkIn(simulator.sent[0]?.email.text, 'confirm')
    for (const url of [confirm.replace('/confirm', 'x/confirm'), confirm.replace('/confirm', '/unsubscribe')])
      for (const method of ['GET', 'POST'])
        expect(await visit(method, url)).toMatchObject({
          status: 400,
          text: expect.stringContaining('Ce lien n’est plus valable'),
        })
    expect((await ask('GET', `/v1/lists/${list.id}/subscribers/${asked.id}`)).json.state).toBe('pending')
  })
})

describe('what a reader opens and follows', () => {
  const subscribed = async (list: { id: string }, email: string, body: string) => {
    const asked = await subscribe(list.id, email)
    await wake(asked.id)
    const confirm = linkIn(simulator.sent.at(-1)?.email.text, 'confirm')
    const page = (await visit('GET', confirm)).text
    await visit('POST', confirm, {}, body)
    return {
      id: asked.id,
      page,
      read: async () => (await ask('GET', `/v1/lists/${list.id}/subscribers/${asked.id}`)).json,
    }
  }
  let issues = 0
  const issueTo = async (list: { id: string }) => {
    simulator.sent.length = 0
    const key = `pub_01J000000000000000000001${String(issues++).padStart(2, '0')}.1`
    const { call } = await desk.channels().open(houses.one.id, channelId, AbortSignal.timeout(10_000))
    const text = 'Bonjour, [voici](https://boulangerie.example/neuf).'
    await call.newsletters.start({ key, listId: list.id, subject: 'L’été', text, language: 'fr' })
    await wake(key)
    const of = (email: string) => {
      const { html = '', headers = [] } = simulator.sent.find(({ to }) => to[0] === email)?.email ?? {}
      return {
        link: /href="(https:[^"]+links[^"]+)"/.exec(html || '')?.[1] ?? '',
        pixel: /src="(https:[^"]+)"/.exec(html || '')?.[1],
        leave:
          /<(https[^>]+)>/.exec(
            (headers.find(({ key }) => key === 'list-unsubscribe')?.value ?? '').replace(/\s/g, ''),
          )?.[1] ?? '',
      }
    }
    return { key, of, counters: () => call.newsletters.counters(key) }
  }

  it('is kept with who ticked a box of its own, until they withdraw it; of the others only totals', async () => {
    const list = await newList({ askTracking: true })
    const yes = await subscribed(list, 'oui@x.example', 'tracking=fr')
    const no = await subscribed(list, 'non@x.example', '')
    expect(yes.page).toContain('<input type="checkbox" name="tracking" value="fr">')
    expect(yes.page).not.toContain('checked')
    const agreed = await yes.read()
    expect(agreed).toMatchObject({
      tracked: true,
      proof: { tracking: { wording: expect.stringContaining('mes ouvertures et mes clics') } },
    })
    expect(await no.read()).toMatchObject({ state: 'subscribed', tracked: false })
    expect((await no.read()).proof).not.toHaveProperty('tracking')

    const issue = await issueTo(list)
    const [theirs, others] = [issue.of('oui@x.example'), issue.of('non@x.example')]
    // who did not agree gets nothing that tells them apart, and cannot be told apart by guessing
    expect(others.pixel).toBeUndefined()
    expect(new URL(others.link).search).toBe('')
    await visit('GET', others.link)
    expect(await no.read()).not.toHaveProperty('activity')
    await visit('GET', `${others.link}?by=${no.id}.${'a'.repeat(27)}`)
    expect(await no.read()).not.toHaveProperty('activity')

    expect((await visit('GET', theirs.pixel ?? '')).status).toBe(200)
    expect(await yes.read()).toMatchObject({ activity: { what: 'opened', issue: issue.key } })
    expect(await visit('GET', theirs.link)).toMatchObject({ status: 303 })
    const after = await yes.read()
    expect(after).toMatchObject({ activity: { what: 'clicked', issue: issue.key } })
    expect(after.lastSignAt > agreed.lastSignAt).toBe(true)
    expect(
      (
        await visit(
          'GET',
          theirs.link.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')),
        )
      ).status,
    ).toBe(303)
    expect(await yes.read()).toEqual(after)
    expect(await issue.counters()).toMatchObject({ clicks: 4 })
    // what stands in such an address is of no use to leave for them
    const token = new URL(theirs.link).searchParams.get('by') ?? ''
    const stolen = `https://api.example.org/newsletters/${houses.one.id}.${token}/unsubscribe`
    expect((await visit('POST', stolen)).status).toBe(400)

    const page = (await visit('GET', theirs.leave)).text
    const action = /action="([^"]+)"/.exec(page)?.[1] ?? ''
    expect((await visit('GET', others.leave)).text).not.toContain('action=')
    const withdrawn = await visit('POST', new URL(action, theirs.leave).href)
    expect(withdrawn.text).toContain('ne sont plus enregistrés')
    await visit('GET', theirs.link)
    const left = await yes.read()
    expect(left).toMatchObject({
      state: 'subscribed',
      tracked: false,
      lastSignAt: after.lastSignAt,
      proof: { tracking: { withdrawnAt: expect.any(String) } },
    })
    expect(left).not.toHaveProperty('activity')
    expect((await issueTo(list)).of('oui@x.example').pixel).toBeUndefined()
  })
  it('is not asked where the list does not, and not kept then whatever is sent', async () => {
    const list = await newList()
    const one = await subscribed(list, 'un@x.example', 'tracking=fr')
    expect(one.page).not.toContain('checkbox')
    expect(await one.read()).toMatchObject({ state: 'subscribed', tracked: false })
  })
  it('is agreed to in an import with its wording, and erased with who leaves', async () => {
    const list = await newList()
    const proof = { at: '2026-10-01T00:00:00Z', source: 'caisse', wording: 'x', tracking: { wording: 'aussi' } }
    await ask('POST', `/v1/lists/${list.id}/imports`, { proof, subscribers: [{ email: 'deux@x.example' }] })
    const issue = await issueTo(list)
    await visit('GET', issue.of('deux@x.example').link)
    const [one] = (await ask('GET', `/v1/lists/${list.id}/subscribers`)).json.items
    expect(one).toMatchObject({
      tracked: true,
      activity: { what: 'clicked' },
      proof: { tracking: { wording: 'aussi', at: proof.at } },
    })
    await visit('POST', issue.of('deux@x.example').leave)
    const [gone] = (await ask('GET', `/v1/lists/${list.id}/subscribers`)).json.items
    expect(gone).toMatchObject({ state: 'left', tracked: false })
    expect(gone).not.toHaveProperty('activity')
  })
})

describe('a bounce that was a mistake', () => {
  it('is taken back by who knows the address, with a reason that the audit keeps', async () => {
    const list = await newList()
    const proof = { at: '2026-10-01T00:00:00Z', source: 'caisse', wording: 'x' }
    await ask('POST', `/v1/lists/${list.id}/imports`, { proof, subscribers: [{ email: 'back@x.example' }] })
    const [one] = (await ask('GET', `/v1/lists/${list.id}/subscribers`)).json.items
    const path = `/v1/lists/${list.id}/subscribers/${one.id}/lift-bounce`
    const body = { email: 'back@x.example', reason: 'Telephoned on 3 November' }
    expect((await ask('POST', path, body)).json).toMatchObject({ status: 409, code: 'not_bounced' })
    const { subscribers } = await import('../../functions/containers/lists.ts')
    await subscribers().gone(houses.one.id, one.id, 'bounced')
    expect((await ask('POST', path, { ...body, email: 'other@x.example' })).json).toMatchObject({
      status: 422,
      code: 'other_address',
    })
    expect(await ask('POST', path, body)).toMatchObject({
      status: 200,
      json: { state: 'subscribed', email: 'back@x.example', lifted: { reason: body.reason } },
    })
    expect((await ask('GET', '/v1/audit')).json.items).toContainEqual(
      expect.objectContaining({ action: 'subscriber.bounce_lifted', subject: one.id }),
    )
  })
})

describe('what SES tells by SNS of a copy', () => {
  /** As the receiver puts it on the queue, once it was verified. */
  const deliver = async (told: object) => {
    const { handler } = await import('../../functions/consumers/ingest.ts')
    const sns = {
      Type: 'Notification',
      MessageId: 'm',
      TopicArn: 'arn:aws:sns:eu-west-3:123456789012:parvis',
      Message: JSON.stringify(told),
      Timestamp: new Date().toISOString(),
      SignatureVersion: '2',
      Signature: 'verified',
      SigningCertURL: 'https://sns.eu-west-3.amazonaws.com/x.pem',
    }
    const body = Buffer.from(JSON.stringify(sns)).toString('base64')
    const delivery = { network: 'email', receivedAt: sns.Timestamp, headers: {}, body }
    const records = [{ messageId: 'one', body: JSON.stringify(delivery) }]
    expect(await handler({ Records: records })).toEqual({ batchItemFailures: [] })
  }
  it('takes its reader off, and counts it with the issue, once', async () => {
    const list = await newList()
    const proof = { at: '2026-10-01T00:00:00Z', source: 'caisse', wording: 'x' }
    const subscribers = ['hard@x.example', 'soft@x.example', 'angry@x.example'].map((email) => ({ email }))
    await ask('POST', `/v1/lists/${list.id}/imports`, { proof, subscribers })
    const key = 'pub_01J00000000000000000000009.1'
    const { call } = await desk.channels().open(houses.one.id, channelId, AbortSignal.timeout(10_000))
    await call.newsletters.start({ key, listId: list.id, subject: 'L’été', text: 'Bonjour', language: 'fr' })
    await wake(key)
    const timestamp = new Date().toISOString()
    for (let twice = 0; twice < 2; twice++)
      for (const { to, email } of simulator.sent) {
        const headers = email.headers.map(({ originalKey, value }) => ({ name: originalKey, value }))
        const mail = { source: call.account.handle, headers }
        const reply = { status: '5.1.1', diagnosticCode: 'smtp; 550 5.1.1 user unknown' }
        const recipients = to.map((emailAddress) => ({ emailAddress, ...reply }))
        const bounce = { bouncedRecipients: recipients, timestamp }
        const who = to[0]?.split('@')[0]
        if (who === 'angry')
          await deliver({
            notificationType: 'Complaint',
            mail,
            complaint: { complainedRecipients: recipients, timestamp },
          })
        else if (who === 'hard')
          await deliver({ notificationType: 'Bounce', mail, bounce: { ...bounce, bounceType: 'Permanent' } })
        else
          for (let often = 0; often < 3; often++)
            await deliver({ eventType: 'Bounce', mail, bounce: { ...bounce, bounceType: 'Transient' } })
      }
    const states = (await ask('GET', `/v1/lists/${list.id}/subscribers`)).json.items.map(
      ({ state }: { state: string }) => state,
    )
    expect(states.toSorted()).toEqual(['bounced', 'complained', 'subscribed'])
    expect(await call.newsletters.counters(key)).toMatchObject({ delivered: 1, bounces: 2, complaints: 1 })
  })
})
