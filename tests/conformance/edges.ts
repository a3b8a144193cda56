/** Limits at their edge: what the network takes is taken at the very limit, and one step beyond is refused with its place. */
import { expect, it } from 'vitest'
import {
  type AnyConnector,
  type Content,
  type Limits,
  limitsOf,
  type Media,
  type MediaRule,
  movesThere,
  type PostKind,
  postKinds,
  type Review,
} from '../../shared/networks/network.ts'
import { sizeAt, sizes } from './sizes.ts'
import { type Conformance, imageOf, plainOf, type Shape, shapes, withMedia } from './stage.ts'

/** One step at the limit, and one beyond; undefined where the rule's other limits leave no room for it. */
interface Edge {
  readonly name: string
  readonly at: Partial<Media> | undefined
  readonly beyond: Partial<Media> | undefined
}

const kinds: Readonly<Record<Media['kind'], (count: number) => readonly PostKind[]>> = {
  image: (count) => (count === 1 ? ['image', 'images'] : ['images']),
  video: () => ['video'],
  document: () => ['document'],
}

/** What can be animated at all. */
const animatable = new Set(['image/gif', 'image/png', 'image/webp', 'image/avif'])

/** The limits that hold for this content, by its kind: asked for, or as its media say. */
function limitsFor(content: Content, all: Limits, kind?: PostKind): Limits {
  const asked = content.options.poll === undefined ? postKinds.find((one) => one === content.options.kind) : 'poll'
  const { media = [] } = content.parts[0] ?? {}
  const implied = media[0] === undefined ? [] : kinds[media[0].kind](media.length)
  return limitsOf(all, kind ?? asked ?? implied.find((kind) => all.kinds?.[kind] !== undefined))
}

/** The shapes, and one for each sort of file that no shape has. */
export function shapesWithMedia(connector: AnyConnector, subject: Conformance): readonly Shape[] {
  const given = shapes(connector, subject).filter((shape) => (shape.make().parts[0]?.media.length ?? 0) > 0)
  if (given.length > 0 || connector.limits.media.image === undefined) return given
  return [{ name: 'an image', make: () => withMedia(plainOf(subject)(), [imageOf(subject)()]) }]
}

const changed = (content: Content, at: number, change: Partial<Media>): Content =>
  withMedia(
    content,
    (content.parts[0]?.media ?? []).map((one, i) => (i === at ? { ...one, ...change } : one)),
  )

function edgesOf(rule: MediaRule, media: Media): Edge[] {
  const { maxBytes, minSeconds, maxSeconds } = rule
  const seconds = [
    ...(minSeconds === undefined
      ? []
      : [{ name: 'minSeconds', at: { seconds: minSeconds }, beyond: { seconds: minSeconds - 0.1 } }]),
    ...(maxSeconds === undefined
      ? []
      : [{ name: 'maxSeconds', at: { seconds: maxSeconds }, beyond: { seconds: maxSeconds + 0.1 } }]),
  ]
  return [
    { name: 'maxBytes', at: { bytes: maxBytes }, beyond: { bytes: maxBytes + 1 } },
    ...(media.kind === 'document'
      ? []
      : sizes.flatMap((name) => (rule[name] === undefined ? [] : [{ name, ...sizeAt(rule, name, rule[name]) }]))),
    ...(media.kind === 'video' ? seconds : []),
  ]
}

const filesOf = (shape: Shape) => shape.make().parts[0]?.media ?? []

/** Among several files some types are refused: each is tried alone, where one stands alone. */
function triesTypes(shape: Shape, kind: Media['kind'], all: readonly Shape[]): boolean {
  return filesOf(shape).length === 1 || !all.some((one) => filesOf(one).length === 1 && filesOf(one)[0]?.kind === kind)
}

/** The post of this shape once for every type that its file may have. */
export function inEveryType(shape: Shape, all: readonly Shape[], limits: Limits): Content[] {
  const [file] = filesOf(shape)
  if (file === undefined || !triesTypes(shape, file.kind, all)) return []
  const { mimes = [] } = limitsFor(shape.make(), limits, shape.kind).media[file.kind] ?? {}
  return mimes.map((mime) => changed(shape.make(), 0, { mime }))
}

/** The simplest post with a cover. */
export const withCover = (subject: Conformance, change: Partial<Media>): Content => ({
  ...plainOf(subject)(),
  cover: { ...imageOf(subject)({ width: 1280, height: 720 }), ...change },
})

export function edges(connector: AnyConnector, subject: Conformance, limitsNow: () => Promise<Limits>): void {
  const review = async (what: Content): Promise<Review> =>
    connector.review(what, await limitsNow(), connector.settings.parse({}))
  const expectTaken = async (what: Content, name: string) => expect((await review(what)).problems, name).toEqual([])
  const expectRefused = async (what: Content, pointer: string, name: string) =>
    expect((await review(what)).problems.map((problem) => problem.pointer).join(' '), name).toContain(pointer)

  const withFiles = shapesWithMedia(connector, subject)

  for (const shape of withFiles)
    it(`takes ${shape.name} in every type and at every limit, and refuses it one step beyond`, async () => {
      const plain = shape.make()
      const { media: rules } = limitsFor(plain, await limitsNow(), shape.kind)
      const tried: string[] = []
      for (const [i, one] of (plain.parts[0]?.media ?? []).entries()) {
        const rule = rules[one.kind]
        if (rule === undefined) throw new Error(`${shape.name} has a ${one.kind}, for which there is no rule.`)
        const pointer = `/parts/0/media/${i}`
        for (const mime of triesTypes(shape, one.kind, withFiles) ? rule.mimes : []) {
          await expectTaken(changed(plain, i, { mime }), mime)
          tried.push(mime)
          if (!animatable.has(mime)) continue
          const animated = changed(plain, i, { mime, animated: true })
          if (movesThere(rule, mime)) await expectTaken(animated, `${mime}, animated`)
          else await expectRefused(animated, pointer, `${mime}, animated`)
        }
        await expectRefused(changed(plain, i, { mime: `${one.kind}/x-unheard-of` }), pointer, 'another type')
        for (const { name, at, beyond } of edgesOf(rule, one)) {
          expect(at, `${name}: a limit that nothing can meet`).toBeDefined()
          await expectTaken(changed(plain, i, at ?? {}), `${name}: ${JSON.stringify(at)}`)
          expect(beyond, `${name}: a limit that nothing can pass`).toBeDefined()
          await expectRefused(changed(plain, i, beyond ?? {}), pointer, `${name}: ${JSON.stringify(beyond)}`)
          tried.push(name)
        }
        const { altMax } = rules
        if (altMax === undefined || one.kind !== 'image') continue
        await expectTaken(changed(plain, i, { alt: 'é'.repeat(altMax) }), 'altMax')
        await expectRefused(changed(plain, i, { alt: 'é'.repeat(altMax + 1) }), `${pointer}/alt`, 'altMax')
      }
      expect(tried).not.toEqual([])
    })

  for (const shape of withFiles.filter((one) => filesOf(one).every(({ kind }) => kind === 'image')))
    it(`takes as few and as many pictures as the network does: ${shape.name}`, async () => {
      const plain = shape.make()
      const [picture] = plain.parts[0]?.media ?? []
      if (picture === undefined) throw new Error(`${shape.name} has no picture.`)
      const many = (count: number) => withMedia(plain, Array<Media>(count).fill(picture))
      const { minCount = 0, maxCount } = limitsFor(plain, await limitsNow(), shape.kind).media
      for (const count of new Set([minCount - 1, minCount, maxCount, maxCount + 1].filter((one) => one > 0))) {
        const now = limitsFor(many(count), await limitsNow(), shape.kind).media
        if (count >= (now.minCount ?? 0) && count <= now.maxCount) await expectTaken(many(count), `${count}`)
        else await expectRefused(many(count), '/parts/0/media', `${count}`)
      }
    })

  const plainShape: Shape = { name: 'a post', make: () => plainOf(subject)() }
  for (const shape of subject.plain === undefined ? shapes(connector, subject) : (subject.shapes ?? [plainShape]))
    it(`takes text and title of ${shape.name} at the limit, and refuses one more`, async () => {
      const plain = shape.make()
      const { text, title } = limitsFor(plain, await limitsNow(), shape.kind)
      const saying = (words: string): Content => ({
        ...plain,
        parts: plain.parts.map((part, i) => (i === 0 ? { ...part, text: words } : part)),
      })
      // what else is counted: a content warning
      const besides = (await review(saying('x'.repeat(100)))).length - 100
      await expectTaken(saying('x'.repeat(text.max - besides)), 'text')
      const over = await review(saying('x'.repeat(text.max - besides + 1)))
      const refused = over.problems.map(({ pointer }) => pointer)
      const hidden = over.warnings?.some(({ code }) => code === 'text_not_shown') ?? false
      expect(hidden && refused.length === 0 ? ['/parts/0/text'] : refused).toEqual(['/parts/0/text'])
      if (text.maxBytes !== undefined) {
        // eleven bytes each, and one of whatever is counted
        const heavy = '👩‍🍳'.repeat(Math.floor(text.maxBytes / 11))
        const filled = heavy + 'x'.repeat(text.maxBytes % 11)
        await expectTaken(saying(filled), 'bytes')
        await expectRefused(saying(`${filled}x`), '/parts/0/text', 'bytes')
      }
      if (title === undefined || typeof plain.options.title !== 'string') return
      const called = (words: string): Content => ({ ...plain, options: { ...plain.options, title: words } })
      await expectTaken(called('x'.repeat(title.max)), 'title')
      await expectRefused(called('x'.repeat(title.max + 1)), '/options/title', 'title')
    })

  const { covers } = subject
  if (covers !== undefined)
    it('takes a cover of every type at its limit, and refuses other types and one byte more', async () => {
      const cover = (change: Partial<Media>) => withCover(subject, change)
      for (const mime of covers.mimes) await expectTaken(cover({ mime, bytes: covers.maxBytes }), mime)
      const [mime = ''] = covers.mimes
      await expectRefused(cover({ mime, bytes: covers.maxBytes + 1 }), '/cover', 'maxBytes')
      await expectRefused(cover({ mime: 'image/gif' }), '/cover', 'another type')
    })
}
