/** The connector against the news server that most of Usenet runs. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { render } from '../../../shared/i18n/index.ts'
import type { Outcome } from '../../../shared/networks/network.ts'
import { connectorOf } from '../../../shared/networks/registry.ts'
import { content, newText, Session } from '../../conformance/session.ts'
import { type NewsServer, startServer } from './support.ts'

const usenet = await connectorOf('usenet')
const options = { title: 'Les nouveautés de l’été 👩‍🍳' }
let server: NewsServer

beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server?.stop())

const open = (change: object = {}, settings: object = { everything: true }) =>
  Session.open(usenet, undefined, {
    credentials: {
      host: '127.0.0.1',
      port: String(server.port),
      security: 'none',
      user: server.user,
      password: server.password,
      group: 'fr.test',
      name: 'La boulangerie « du port »',
      address: 'contact@boulangerie.example',
      ...change,
    },
    settings: { ...settings },
    app: {},
  })
const lea = () => open({ name: 'Léa', address: 'lea@lecteurs.example' })

function accepted(outcome: Outcome): Extract<Outcome, { kind: 'accepted' }> {
  if (outcome.kind !== 'accepted') throw new Error(`expected accepted, got ${JSON.stringify(outcome)}`)
  return outcome
}

/** What comes in for this channel from here on. */
async function listening(session: Session) {
  let cursor = (await usenet.poll?.(session.call(), undefined))?.cursor
  return async () => {
    const polled = await usenet.poll?.(session.call(), cursor)
    cursor = polled?.cursor
    return polled?.events ?? []
  }
}

describe('connecting', () => {
  it('refuses a wrong password, and a group that is not there', async () => {
    await expect(open({ password: 'wrong' })).rejects.toMatchObject({ code: 'credentials_refused' })
    await expect(open({ group: 'fr.nulle.part' })).rejects.toMatchObject({ code: 'group_not_found' })
    await expect(open({ group: 'junk' })).rejects.toMatchObject({ code: 'permission_missing' })
  })
})

describe('publishing', () => {
  it('posts what another reader then reads as it was written', async () => {
    const session = await open()
    const heard = await listening(await lea())
    const text = `${newText()}\n\n.\n> « ${'Une longue phrase\u202f! '.repeat(20)}»\n${'漢字'.repeat(1000)}`
    const live = accepted(await session.publish(session.run(content([text], { options }))))
    const [event] = await heard()
    expect(event).toMatchObject({ kind: 'mention', externalId: live.externalId, text: `${options.title}\n\n${text}` })
    expect(event?.author).toMatchObject({ handle: 'contact@boulangerie.example', name: 'La boulangerie « du port »' })
  })
  it('cannot post the same publication twice', async () => {
    const session = await open()
    const heard = await listening(await lea())
    const run = session.run(content([newText()], { options }))
    const first = accepted(await session.publish(run))
    expect(accepted(await session.publish(session.run(run.content, run.key))).externalId).toBe(first.externalId)
    expect(await heard()).toHaveLength(1)
  })
  it('finds a post again, and says that another is absent', async () => {
    const session = await open()
    const run = session.run(content([newText()], { options }))
    expect(await session.find(run)).toEqual({ kind: 'absent' })
    const live = accepted(await session.publish(run))
    expect(await session.find(run)).toMatchObject({ kind: 'found', externalId: live.externalId })
  })
  it('cannot tell in a moderated group', async () => {
    const session = await open({ group: 'fr.moderated' })
    const run = session.run(content([newText()], { options }))
    accepted(await session.publish(run))
    expect(await session.find(run)).toMatchObject({ kind: 'unable' })
  })
  it('keeps the words of a refusal', async () => {
    const session = await open({ user: undefined, password: undefined })
    const outcome = await session.publish(session.run(content([newText()], { options })))
    expect(outcome).toMatchObject({ kind: 'reauthorize' })
    if (outcome.kind === 'reauthorize') expect(render(outcome.message, 'en')).toContain('480 ')
  })
})

describe('what comes in', () => {
  it('is answered in its thread, and the answer to the answer comes in again', async () => {
    const [us, reader] = [await open({}, {}), await lea()]
    const heardByUs = await listening(us)
    const heardByLea = await listening(reader)
    const live = accepted(await us.publish(us.run(content([newText()], { options }))))
    const reply = (session: Session, target: object, text: string) =>
      usenet.act?.({
        ...session.call(),
        target: target as never,
        action: { name: 'reply', text },
        key: `act.${text.length}.${Date.now()}`,
      })
    const [seen] = await heardByLea()
    expect(seen?.externalId).toBe(live.externalId)
    expect(await reply(reader, seen ?? {}, 'À quelle heure ?')).toMatchObject({ kind: 'done' })
    const [question] = await heardByUs()
    expect(question).toMatchObject({ kind: 'comment', text: 'À quelle heure ?', postExternalId: live.externalId })
    expect(await reply(us, question ?? {}, 'À 7\u202fh\u00a0!')).toMatchObject({ kind: 'done' })
    const [answer] = await heardByLea()
    expect(answer).toMatchObject({ kind: 'comment', parentExternalId: question?.externalId })
    expect(await heardByUs()).toEqual([])
  })
})
