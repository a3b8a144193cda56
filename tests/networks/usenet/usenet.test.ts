/** What the conformance kit cannot see of Usenet: bytes of an article, moderated groups, threads, odd servers. */
import { createServer, type Server, type Socket } from 'node:net'
import PostalMime from 'postal-mime'
import { afterEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../../shared/kernel/clock.ts'
import { createDialer } from '../../../shared/networks/http/index.ts'
import { connectorOf } from '../../../shared/networks/registry.ts'
import { encodeArticle, encodeHeader } from '../../../shared/networks/usenet/article.ts'
import { content, Session } from '../../conformance/session.ts'
import { UsenetSimulator } from '../../simulators/usenet.ts'

const usenet = await connectorOf('usenet')

const article = (text: string, subject = 'Bonjour') =>
  encodeArticle({
    from: { name: 'La “boulangerie” du port', address: 'contact@boulangerie.example' },
    group: 'fr.test',
    subject,
    text,
    messageId: 'a@boulangerie.example',
    references: [],
    language: 'fr',
    date: Date.UTC(2026, 10, 21),
  })

/** As a server has it: without the last dot, dots unstuffed. */
const received = (bytes: Buffer) =>
  bytes
    .toString('utf8')
    .replace(/\r\n\.\r\n$/, '\r\n')
    .replace(/^\.\./gm, '.')

describe('an article', () => {
  const texts = {
    'a paragraph of several lines': 'Une phrase assez longue pour devoir être pliée. '.repeat(12).trim(),
    'no-break spaces': `« Bonjour\u202f! »\u00a0${'mot\u202f? '.repeat(60)}fin`,
    'a dot alone, and lines that begin with one': '.\n..\n.a',
    'quotations and mailbox marks': '> cité\nFrom Paris\n un espace devant',
    'empty lines': 'un\n\n\ndeux',
    'Chinese without a space': '漢字'.repeat(2_000),
    'right to left': 'שלום עולם '.repeat(30).trim(),
    'emoji of several code points': '👩‍🍳👨‍👩‍👧 '.repeat(60).trim(),
    'a very long address': `Lire https://boulangerie.example/${'x'.repeat(2_000)} demain`,
  }
  for (const [name, text] of Object.entries(texts))
    it(`is read as it was written: ${name}`, async () => {
      const wire = received(article(text))
      for (const line of wire.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(998)
      expect((await PostalMime.parse(wire)).text?.trimEnd()).toBe(text)
    })
  it('is folded at 72 columns, at plain spaces only', () => {
    const body = received(article('mot\u202f! '.repeat(80))).split('\r\n\r\n')[1] ?? ''
    const lines = body.split('\r\n').filter((line) => line !== '')
    expect(lines.length).toBeGreaterThan(5)
    for (const line of lines) {
      expect(Array.from(line.trimEnd()).length).toBeLessThanOrEqual(72)
      expect(line).toMatch(/^mot\u202f!/)
    }
  })
  it('has headers of ASCII, in which nothing can begin another one', async () => {
    const subject = `L’été « arrive » ${'👩‍🍳'.repeat(30)}\r\nNewsgroups: alt.spam`
    const [head = ''] = received(article('x', subject)).split('\r\n\r\n')
    expect(head).toMatch(/^[\x20-\x7e\r\n]*$/)
    expect(head.match(/^Newsgroups:/gm)).toHaveLength(1)
    for (const word of head.match(/=\?\S+\?=/g) ?? []) expect(word.length).toBeLessThanOrEqual(75)
    const read = await PostalMime.parse(received(article('x', subject)))
    expect(read.subject).toBe(`L’été « arrive » ${'👩‍🍳'.repeat(30)} Newsgroups: alt.spam`)
    expect(read.from?.name).toBe('La “boulangerie” du port')
  })
  it('leaves plain subjects plain, and hides what looks encoded', () => {
    expect(encodeHeader('New bread today')).toBe('New bread today')
    expect(encodeHeader('=?UTF-8?B?eA==?=')).toMatch(/^=\?UTF-8\?B\?PT9/)
  })
})

describe('with a server', () => {
  const simulator = new UsenetSimulator()
  afterEach(() => simulator.stop())
  const options = { title: 'Bonjour' }
  const open = async (settings = {}) => {
    await simulator.start()
    const access = simulator.access()
    return Session.open(usenet, simulator, { ...access, settings: { ...access.settings, ...settings } })
  }

  it('does not call an article of a moderated group absent', async () => {
    simulator.moderated = true
    const session = await open()
    const run = session.run(content(['Bonjour'], { options }))
    expect(await session.publish(run)).toMatchObject({ kind: 'accepted' })
    expect(await session.find(run)).toMatchObject({ kind: 'unable' })
    simulator.moderated = false
  })
  it('does not call live what the server remembers and does not hold', async () => {
    const session = await open()
    const run = session.run(content(['Bonjour'], { options }))
    const live = await session.publish(run)
    if (live.kind !== 'accepted') throw new Error(live.kind)
    simulator.cancel(live.externalId)
    expect(await session.publish(session.run(run.content, run.key))).toMatchObject({
      kind: 'rejected',
      reason: 'duplicate',
    })
  })
  it('brings answers only, unless told to bring everything; also answers to what was written by hand', async () => {
    const session = await open({ everything: false })
    const poll = (cursor?: string) => usenet.poll?.(session.call(), cursor)
    const cursor = (await poll())?.cursor
    const byHand = simulator.seedPost('Écrit à la main')
    await simulator.mention('Rien à voir')
    const { externalId } = await simulator.comment(byHand.externalId, 'Une réponse')
    await simulator.comment(externalId, 'Une réponse à la réponse')
    expect((await poll(cursor))?.events).toMatchObject([
      { kind: 'comment', text: 'Une réponse', postExternalId: byHand.externalId },
    ])
  })
  it('answers in the thread of a thread', async () => {
    const session = await open()
    const cursor = (await usenet.poll?.(session.call(), undefined))?.cursor
    const live = await session.publish(session.run(content(['Bonjour'], { options })))
    if (live.kind !== 'accepted') throw new Error(live.kind)
    await simulator.comment(live.externalId, 'Oui ?')
    const [event] = (await usenet.poll?.(session.call(), cursor))?.events ?? []
    if (event === undefined) throw new Error('nothing came')
    const key = 'act_01J00000000000000000000000'
    const acted = await usenet.act?.({
      ...session.call(),
      target: event,
      action: { name: 'reply', text: 'Voilà.' },
      key,
    })
    // the same answer again is the same article
    const again = await usenet.act?.({
      ...session.call(),
      target: event,
      action: { name: 'reply', text: 'Voilà.' },
      key,
    })
    expect(acted).toMatchObject({ kind: 'done' })
    expect(again).toEqual(acted)
    expect(simulator.answersTo(event.externalId)).toEqual(['Voilà.'])
  })
  it('respects that an author wants no answer in the group', async () => {
    const session = await open()
    const target = {
      kind: 'mention' as const,
      externalId: 'x@y',
      at: 0,
      context: { subject: 'x', references: '["x@y"]', followUps: 'poster' },
    }
    const acted = await usenet.act?.({ ...session.call(), target, action: { name: 'reply', text: 'x' }, key: 'k' })
    expect(acted).toMatchObject({ kind: 'rejected', reason: 'permission' })
  })
})

describe('a server that is another', () => {
  let server: Server | undefined
  const sockets = new Set<Socket>()
  afterEach(async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server?.close(resolve))
  })
  const says = async (greeting: string, answer: (line: string) => string): Promise<number> => {
    server = createServer((socket) => {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.write(greeting)
      socket.on('data', (data) => socket.write(answer(data.toString())))
    })
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve))
    const at = server.address()
    return typeof at === 'object' && at !== null ? at.port : 0
  }
  const connect = (port: number, change: object = {}) =>
    Session.open(usenet, undefined, {
      credentials: { ...new UsenetSimulator().access({ url: `nntp://127.0.0.1:${port}` }).credentials, ...change },
      settings: {},
      app: {},
    })

  it('is not taken for a news server when it is none', async () => {
    const port = await says('SSH-2.0-OpenSSH_9.2\r\n', () => '')
    await expect(connect(port)).rejects.toMatchObject({ code: 'host_unreachable' })
  })
  it('that refuses everybody is not blamed on the password', async () => {
    const port = await says('400 Too many connections, try again later\r\n', () => '')
    await expect(connect(port)).rejects.toMatchObject({ code: 'network_failed' })
  })
  it('gets no password in clear when it is not our own', async () => {
    let said = ''
    const port = await says('200 hello\r\n', (line) => {
      said += line
      return '200 ok\r\n'
    })
    const dial = { ...createDialer({ allowPrivateHosts: true, clock: systemClock }), isOwn: () => false }
    const { tools } = await import('../../conformance/session.ts')
    const { credentials } = new UsenetSimulator().access({ url: `nntp://127.0.0.1:${port}` })
    await expect(usenet.connect({ ...tools({}), dial }, credentials, {})).rejects.toMatchObject({
      code: 'insecure_connection',
    })
    expect(said).not.toContain('AUTHINFO')
  })
  it('at a private address is not connected to where that is not allowed', async () => {
    const { tools } = await import('../../conformance/session.ts')
    const dial = createDialer({ allowPrivateHosts: false, clock: systemClock })
    for (const host of ['127.0.0.1', 'localhost', '169.254.169.254']) {
      const { credentials } = new UsenetSimulator().access({ url: 'nntp://127.0.0.1:119' })
      await expect(usenet.connect({ ...tools({}), dial }, { ...credentials, host }, {})).rejects.toMatchObject({
        code: 'blocked_host',
      })
    }
  })
})

it('tells of an article that no program can read, with its bytes, and reads those behind it', async () => {
  const simulator = await new UsenetSimulator().start()
  try {
    const session = await Session.open(usenet, simulator, simulator.access())
    const cursor = (await usenet.poll?.(session.call(), undefined))?.cursor
    const post = simulator.seedPost('Un article')
    simulator.unreadable('deep@x.example', [post.externalId])
    const { externalId } = await simulator.comment(post.externalId, 'Bonjour')
    const polled = await usenet.poll?.(session.call(), cursor)
    expect(polled?.events).toMatchObject([
      { externalId: 'deep@x.example', kind: 'comment', unreadable: { why: expect.stringContaining('nesting') } },
      { externalId, text: expect.stringContaining('Bonjour') },
    ])
    expect((await usenet.poll?.(session.call(), polled?.cursor))?.events).toEqual([])
  } finally {
    await simulator.stop()
  }
})
