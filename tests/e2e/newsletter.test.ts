/** A newsletter on the real stage, letters through a real SMTP server: from the form to the reader, and a death on the way. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { EmailSimulator } from '../simulators/email.ts'
import { type RunningStage, startStage } from '../support/stage.ts'
import { issuesUnderWay, twoMinutesPass } from './passing.ts'

let home: string
let mail: EmailSimulator
let stage: RunningStage
let list: { id: string; channelId: string }

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'parvis-newsletter-'))
  mail = await new EmailSimulator().start()
  stage = await startStage({ home, env: { PARVIS_ALLOW_PRIVATE_HOSTS: 'true' } })
  const { id } = await made('/v1/channels', { network: 'email', credentials: mail.access().credentials })
  list = await made('/v1/lists', {
    name: 'La lettre du fournil',
    channelId: id,
    wording: 'J’accepte de recevoir la lettre du fournil.',
    footer: 'Quai des Brumes, Quimper',
  })
}, 90_000)
afterAll(async () => {
  await stage?.stop()
  await mail?.stop()
  await rm(home, { recursive: true, force: true })
})

async function made(path: string, body: unknown): Promise<any> {
  const answer = await stage.api('POST', path, body)
  expect([200, 201, 202], JSON.stringify(answer.body)).toContain(answer.status)
  return answer.body
}
const publication = async (id: string): Promise<any> => (await stage.api('GET', `/v1/publications/${id}`)).body
const becomes = (id: string, state: string) =>
  vi.waitFor(async () => expect(await publication(id)).toMatchObject({ state }), { timeout: 110_000, interval: 500 })
const issue = async (title: string): Promise<string> => {
  const { publications } = await made('/v1/posts', {
    text: 'Bonjour, [les nouveautés](https://boulangerie.example/neuf).',
    channels: [list.channelId],
    variants: { [list.channelId]: { options: { title, listId: list.id } } },
    schedule: { now: true },
  })
  return publications[0].id
}
const of = (subject: string) => mail.sent.filter(({ email }) => email.subject === subject)

describe('a newsletter on the real stage', { timeout: 240_000 }, () => {
  it('is confirmed by its reader, leaves as an issue, and is counted', async () => {
    const asked = await made(`/v1/lists/${list.id}/subscribers`, { email: 'lea@lecteurs.example', source: 'https://x' })
    expect(asked.state).toBe('pending')
    await vi.waitFor(() => expect(mail.sent).toHaveLength(1), { timeout: 100_000, interval: 200 })
    const confirm = /https?:\S+\/confirm/.exec(mail.sent[0]?.email.text ?? '')?.[0] ?? ''
    expect((await fetch(confirm, { method: 'POST', body: new URLSearchParams() })).status).toBe(200)

    const id = await issue('L’été')
    await becomes(id, 'published')
    const [letter] = of('L’été')
    expect(of('L’été').map(({ to }) => to)).toEqual([['lea@lecteurs.example']])
    const link = /href="(http[^"]+links[^"]+)"/.exec(letter?.email.html || '')?.[1] ?? ''
    const followed = await fetch(link, { redirect: 'manual' })
    expect([followed.status, followed.headers.get('location')]).toEqual([303, 'https://boulangerie.example/neuf'])
    const header = letter?.email.headers.find(({ key }) => key === 'list-unsubscribe')?.value ?? ''
    const leave = /<(http[^>]+)>/.exec(header.replace(/\s/g, ''))?.[1] ?? ''
    expect(
      (await fetch(leave, { method: 'POST', body: new URLSearchParams('List-Unsubscribe=One-Click') })).status,
    ).toBe(200)
    expect((await stage.api('GET', `/v1/lists/${list.id}`)).body).toMatchObject({ subscribers: 0 })
    expect((await publication(id)).reason).toBeUndefined()
  })

  it('is nobody’s twice when the machine dies with a letter in its hands, and says that nobody can tell of it', async () => {
    const proof = { at: new Date().toISOString(), source: 'caisse', wording: 'x' }
    const readers = ['a', 'b', 'c', 'd'].map((name) => ({ email: `${name}@lecteurs.example` }))
    await made(`/v1/lists/${list.id}/imports`, { proof, subscribers: readers })
    // the server takes the second letter, and we die before it says so
    mail.fault({ kind: 'lost', how: 'silent', on: 'publish', skip: 1 })
    const id = await issue('L’automne')
    await vi.waitFor(() => expect(of('L’automne')).toHaveLength(2), { timeout: 100_000, interval: 100 })
    await stage.kill('SIGKILL')
    await twoMinutesPass(home)
    // nobody waits for the dead run's lease: it is released at the start
    expect(await issuesUnderWay(home)).toBe(1)
    await stage.restart()
    await becomes(id, 'published')
    expect(
      of('L’automne')
        .flatMap(({ to }) => to)
        .toSorted(),
    ).toEqual(readers.map(({ email }) => email))
    expect((await publication(id)).reason).toMatch(/^Sur 4 e-mails, 1 est peut-être arrivé/)
  })
})
