import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Action, InboundEvent } from '../../../shared/networks/network.ts'
import { addressOf } from '../../../shared/networks/wordpress/api.ts'
import { linkOf } from '../../../shared/networks/wordpress/connect.ts'
import { wordpressConnector } from '../../../shared/networks/wordpress/index.ts'
import { closeConnections, content, image, newText, Session } from '../../conformance/session.ts'
import { WordPressSimulator } from '../../simulators/wordpress.ts'

const options = { title: 'Le pain' }
let site: WordPressSimulator
let session: Session

beforeEach(async () => {
  site = await new WordPressSimulator().start()
  session = await Session.open(wordpressConnector, site, site.access())
})
afterEach(async () => {
  await site.stop()
  expect(site.violations).toEqual([])
})
afterAll(closeConnections)

describe('where the REST API is', () => {
  it('is told in a header', () => {
    expect(linkOf('<https://b.example/wp-json/>; rel="https://api.w.org/"')).toBe('https://b.example/wp-json/')
    expect(
      linkOf('<https://b.example/x>; rel="shortlink", <https://b.example/?rest_route=/>; rel="https://api.w.org/"'),
    ).toBe('https://b.example/?rest_route=/')
    expect(linkOf('<https://b.example/x>; rel="shortlink"')).toBeUndefined()
    expect(linkOf(undefined)).toBeUndefined()
  })
  it('is a path or a parameter', () => {
    const query = { status: 'all' }
    expect(addressOf('https://b.example/blog/wp-json/', '/wp/v2/posts', query)).toBe(
      'https://b.example/blog/wp-json/wp/v2/posts?status=all',
    )
    expect(addressOf('https://b.example/index.php?rest_route=/', '/wp/v2/posts/7', query)).toBe(
      'https://b.example/index.php?rest_route=%2Fwp%2Fv2%2Fposts%2F7&status=all',
    )
  })
})

it('shows the name of a site as it was written, of what is stored as HTML', async () => {
  site.siteName = 'Pains & Cie'
  const again = await Session.open(wordpressConnector, site, site.access())
  expect(again.connected.account.name).toBe('Pains & Cie')
})

describe('an article', () => {
  it('has its cover above it and its pictures in it', async () => {
    const cover = image({ alt: 'La couverture' })
    const run = session.run(content([newText()], { options, cover }, [image({ alt: 'Dedans' })]))
    expect((await session.publish(run)).kind).toBe('accepted')
    expect(site.live()[0]?.media.map(({ alt }) => alt)).toEqual(['La couverture', 'Dedans'])
  })
  it('makes a category once, whoever names it', async () => {
    for (let i = 0; i < 2; i++)
      await session.publish(
        session.run(content([newText()], { options: { ...options, categories: ['Pains'], tags: ['Pains', 'x'] } })),
      )
    expect([...site.terms.values()].sort()).toEqual(['Pains', 'x'])
  })
  it('is made again when its draft was deleted on the site', async () => {
    const run = session.run(content([newText()], { options }))
    await session.prepare(run)
    site.articles.clear()
    expect(await session.publish(run)).toMatchObject({ kind: 'transient' })
    expect((await session.publish(run)).kind).toBe('accepted')
    expect(site.live()).toHaveLength(1)
  })
  it('leaves one draft behind however often its creation is not answered', async () => {
    const run = session.run(content([newText()], { options }))
    for (let i = 0; i < 3; i++) {
      site.fault({ kind: 'lost', how: 'cut', on: 'media', skip: i === 0 ? 1 : 0 })
      expect((await session.prepare(run)).kind).toBe('transient')
    }
    expect((await session.prepare(run)).kind).toBe('prepared')
    expect(site.articles.size).toBe(1)
  })
  it('keeps the fields of the plugin that the settings name, and warns where there is none', async () => {
    const wished = content(['Texte'], { options: { ...options, seoTitle: 'Titre' } })
    const { limits } = wordpressConnector
    const warned = (seo?: 'yoast') =>
      wordpressConnector.review(wished, limits, { moderates: true, ...(seo === undefined ? {} : { seo }) }).warnings
    expect(warned()).toMatchObject([{ pointer: '/options/seoTitle' }])
    expect(warned('yoast')).toBeUndefined()
  })
  it('says that a file is not taken, though WordPress answers 500', async () => {
    const run = session.run(content([newText()], { options }, [image({ mime: 'image/x-icon' })]))
    expect(await session.publish(run)).toMatchObject({ kind: 'rejected', reason: 'invalid', pointer: '/parts/0/media' })
  })
})

describe('a comment', () => {
  const act = (event: InboundEvent, action: Action) =>
    wordpressConnector.act?.({
      ...session.call(),
      credentials: session.call().credentials as never,
      settings: { moderates: true },
      target: event,
      action,
      key: 'k',
    })
  const brought = async () => {
    const post = site.seedPost('Un article')
    const first = await wordpressConnector.poll?.(typed(), undefined)
    await site.comment(post.externalId, 'Miam')
    const [event] = (await wordpressConnector.poll?.(typed(), first?.cursor))?.events ?? []
    if (event === undefined) throw new Error('Nothing came in.')
    return event
  }
  const typed = () => ({
    ...session.call(),
    credentials: session.call().credentials as never,
    settings: { moderates: true },
  })

  it('has its author by the name that they wrote, of what is stored as HTML', async () => {
    const post = site.seedPost('Le pain')
    const first = await wordpressConnector.poll?.(typed(), undefined)
    await site.comment(post.externalId, 'Miam', { externalId: '0', handle: 'L & <3', name: 'L & <3' })
    const [event] = (await wordpressConnector.poll?.(typed(), first?.cursor))?.events ?? []
    expect(event?.author).toMatchObject({ handle: 'L & <3', name: 'L & <3' })
  })

  it('goes from one standing to the next and back', async () => {
    const event = await brought()
    expect(event.held).toBe(true)
    for (const [name, standing] of [
      ['approve', 'visible'],
      ['hold', 'held'],
      ['spam', 'spam'],
      ['approve', 'visible'],
    ] as const) {
      expect(await act(event, { name })).toEqual({ kind: 'done' })
      expect(site.standing(event.externalId)).toBe(standing)
    }
  })
  it('is not answered twice with the same words', async () => {
    const event = await brought()
    expect(await act(event, { name: 'reply', text: 'Merci <3 & à bientôt' })).toMatchObject({ kind: 'done' })
    expect(site.answersTo(event.externalId)).toEqual(['Merci <3 & à bientôt'])
    expect(await act(event, { name: 'reply', text: 'Merci <3 & à bientôt' })).toMatchObject({
      kind: 'rejected',
      reason: 'duplicate',
    })
  })
})
