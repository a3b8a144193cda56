/** What leaves is what was made to fit the channel's network, and what cannot leave is said to a person. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { newId } from '../../shared/kernel/ids.ts'
import type { Content, Limits, Media, MediaLimits } from '../../shared/networks/network.ts'
import type { SourceMedia } from '../../shared/publishing/fitting.ts'
import { Engine } from '../support/engine.ts'
import { Stage } from './stage.ts'

let engine: Engine
beforeAll(async () => {
  engine = await Engine.start()
})
afterAll(() => engine.stop())

const rule = (maxWidth: number) => ({ mimes: ['image/jpeg'], maxBytes: 1000, maxWidth })
const limits: Limits = {
  text: { max: 500, unit: 'characters' },
  media: { maxCount: 4, image: rule(100) },
  maxParts: 3,
  kinds: { story: { media: { maxCount: 1, image: rule(50) } }, images: { media: { maxCount: 4, image: rule(70) } } },
}

async function studio(made: (asked: MediaLimits, media: Media) => Promise<Media | { cannot: string }>) {
  const sent: Content[] = []
  const stage = await Stage.set(engine, {
    limits,
    publish: async (call) => {
      sent.push(call.content)
      await call.begin('post')
      return { kind: 'accepted', externalId: 'x' }
    },
  })
  const add = () => {
    const id = newId('media', stage.clock.now(), stage.random)
    const media: Media = {
      id,
      file: id,
      kind: 'image',
      mime: 'image/heic',
      bytes: 1,
      width: 4000,
      height: 3000,
      alt: '',
      url: undefined,
      read: async () => new Uint8Array(),
    }
    const source: SourceMedia = { ...media, fit: (asked) => made(asked, media) }
    stage.media.set(id, source)
    return id
  }
  return { stage, sent, add }
}
const scaled = async ({ image }: MediaLimits, media: Media) => ({
  ...media,
  mime: 'image/jpeg',
  width: image?.maxWidth ?? 0,
})

it.each([
  ['several images', {}, 2, 70],
  ['a story', { kind: 'story' }, 1, 50],
  ['a kind without limits of its own', { kind: 'carousel' }, 1, 100],
])('by the limits of %s', async (_, options, count, width) => {
  const { stage, sent, add } = await studio(scaled)
  const media = Array.from({ length: count }, add)
  const { id } = await stage.write(10, { media, variants: { [stage.channel.id]: { options } } })
  expect((await stage.wake(id)).state).toBe('published')
  expect(sent[0]?.parts[0]?.media.map((one) => [one.mime, one.width])).toEqual(media.map(() => ['image/jpeg', width]))
})

it('by the limits of the channel, where they differ, the cover and every part of a thread too', async () => {
  const { stage, sent, add } = await studio(scaled)
  stage.channel = { ...stage.channel, limits: { ...limits, kinds: {}, media: { maxCount: 4, image: rule(33) } } }
  const [one, two, coverMediaId] = [add(), add(), add()]
  const thread = [{ text: 'b', media: [two] }]
  const { id } = await stage.write(10, { media: [one], thread, variants: { [stage.channel.id]: { coverMediaId } } })
  await stage.wake(id)
  const [content] = sent
  const widths = content?.parts.flatMap(({ media }) => media.map(({ width }) => width))
  expect([widths, content?.cover?.width]).toEqual([[33, 33], 33])
})

it('or does not leave, and the publication says why', async () => {
  const { stage, sent, add } = await studio(async () => ({ cannot: 'The picture Été.jpg is damaged.' }))
  const { id } = await stage.write(10, { media: [add()] })
  expect(await stage.wake(id)).toMatchObject({
    state: 'rejected',
    reason: expect.stringContaining('Été.jpg is damaged'),
  })
  expect(sent).toEqual([])
})

it('is shown in the preview with its title and its first comment', async () => {
  const { stage } = await studio(scaled)
  const options = { title: 'Le marché', firstComment: 'À samedi !', link: 'https://example.org/a' }
  const input = { text: 'Bonjour', channels: [stage.channel.id], variants: { [stage.channel.id]: { options } } }
  const [review] = await stage.posts.validate(stage.workspaceId, input)
  expect(review?.preview).toEqual({ ...options, parts: [{ text: 'Bonjour', media: [] }] })
})
