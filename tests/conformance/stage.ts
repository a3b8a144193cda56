/** What the parts of the conformance kit share. */
import { expect } from 'vitest'
import type { AnyConnector, Capabilities, Content, Media, Outcome, PostKind } from '../../shared/networks/network.ts'
import type { Access, LimitForm, Simulator } from '../simulators/simulator.ts'
import { content, image, newText, type Session } from './session.ts'

export interface Shape {
  readonly name: string
  /** Where neither its options nor its media say it. */
  readonly kind?: PostKind
  make(): Content
  /** The texts that are live then, in order, where they are not those of the parts: a first comment is the last. */
  says?(made: Content): readonly string[]
}

export type Coming = 'comment' | 'mention' | 'direct_message' | 'review' | 'question'

export interface Conformance {
  /** As in the registry. */
  readonly network: string
  /** A new simulator, not started. Without one (a network that calls nobody) only what needs none is tested. */
  readonly simulator?: () => Simulator
  /** What connects a channel where there is no simulator. */
  readonly access?: Access
  /** The simplest post this network takes, saying this. Default text alone. */
  readonly plain?: (text: string) => Content
  /** What an image must be like here, if one pixel of PNG is not taken. */
  readonly image?: Partial<Media>
  /** Every kind of post that the network publishes. Default: text, images and threads, as the capabilities say. */
  readonly shapes?: readonly Shape[]
  /** Content with the length the network counts for it: links, mentions, emoji. */
  readonly counting?: readonly { readonly name: string; readonly content: Content; readonly length: number }[]
  /** What the network takes to say when something came in. Default comments and mentions. */
  readonly comesIn?: readonly Coming[]
  /** What of it is only found by polling, though the network has webhooks. */
  readonly polled?: readonly Coming[]
  /** What of it is only told by webhook, though the network is polled too. */
  readonly hooked?: readonly Coming[]
  /** Of what the network tells that it was answered in its own app. */
  readonly answersInApp?: readonly Coming[]
  /** To what of it somebody can reply. Default all of it, where the network has `reply`. */
  readonly replies?: readonly Coming[]
  /** It answers no JSON: what it lists is broken in a test of its own. */
  readonly speaksLines?: boolean
  /** Whether the network tells counters by webhook, and cannot be asked for them. */
  readonly tells?: boolean
  /** What can be moderated. Default comments. */
  readonly moderates?: Coming
  /** Whether the network refuses to be told the same thing twice. Default false: it makes two posts of it. */
  readonly refusesRepeats?: boolean
  /** In which forms the network says how long to wait. Default all of them; one that does not speak HTTP says nothing. */
  readonly waits?: readonly LimitForm[]
  /** What is published goes to lists or pages of ours, not to a server: nothing of it can be lost on the way there. */
  readonly publishesThroughUs?: boolean
  /** Its receiver is told only what became of letters of ours: nothing comes in that way. */
  readonly reportedByWebhook?: boolean
  /** Whether credentials are refreshed only while they still work: expired ones mean connecting again. */
  readonly refreshesAhead?: boolean
  /** Of a post's cover, where the network says what it takes. */
  readonly covers?: { readonly mimes: readonly string[]; readonly maxBytes: number }
  /** Whether images can be published without text. Default true. */
  readonly imageAlone?: boolean
}

/** The simplest post with these media instead of its own. */
export const withMedia = (post: Content, media: readonly Media[]): Content => ({
  ...post,
  parts: post.parts.map((part, i) => (i === 0 ? { ...part, media } : part)),
})

/** The simplest post's parts this many times. */
export const inParts = (make: () => Content, count: number): Content => ({
  ...make(),
  parts: Array.from({ length: count }, make).flatMap((one) => one.parts),
})

/** An image as this network takes it. */
export const imageOf =
  (subject: Conformance) =>
  (change: Partial<Media> = {}): Media =>
    image({ ...subject.image, ...change })

export const plainOf =
  (subject: Conformance) =>
  (text: string = newText()): Content =>
    subject.plain?.(text) ?? content([text])

/** What the tests of one network share: a fresh simulator and a connected channel each. */
export interface Stage {
  /** The simplest post, saying this or something new. */
  plain(text?: string): Content
  readonly connector: AnyConnector
  readonly capabilities: Capabilities
  readonly subject: Conformance
  simulator(): Simulator
  session(): Session
}

/** The shapes of post that this network takes. */
export function shapes(connector: AnyConnector, subject: Conformance): readonly Shape[] {
  if (subject.shapes !== undefined) return subject.shapes
  const { image: rule, maxCount } = connector.limits.media
  const images = rule !== undefined
  return [
    { name: 'text', make: () => content([newText()]) },
    ...(images ? [{ name: 'one image', make: () => content([newText()], {}, [image()]) }] : []),
    ...(images && subject.imageAlone !== false
      ? [{ name: 'an image alone', make: () => content([''], {}, [image()]) }]
      : []),
    ...(images && maxCount > 1
      ? [
          {
            name: 'several images',
            make: () => content([newText()], {}, [image({ alt: 'Un' }), image({ alt: 'Deux' })]),
          },
        ]
      : []),
    ...(connector.capabilities.threads
      ? [
          { name: 'a thread', make: () => content([newText('Un'), newText('Deux'), newText('Trois')]) },
          ...(images
            ? [{ name: 'a thread with an image', make: () => content([newText('Un'), newText('Deux')], {}, [image()]) }]
            : []),
        ]
      : []),
  ]
}

// ---- what a user would notice ---------------------------------------------------------------------------------------

export function accepted(outcome: Outcome): Extract<Outcome, { kind: 'accepted' }> {
  if (outcome.kind !== 'accepted') throw new Error(`expected accepted, got ${JSON.stringify(outcome)}`)
  return outcome
}

export const liveWith = (simulator: Simulator, text: string) =>
  simulator.live().filter((post) => post.text === text).length

/** The texts that are live once this shape is. */
export const saidBy = (shape: Shape, made: Content): readonly string[] =>
  shape.says?.(made) ?? made.parts.map((part) => part.text)

export function expectLiveOnce(
  simulator: Simulator,
  what: Content,
  said: readonly string[] = what.parts.map((part) => part.text),
): void {
  for (const text of said) if (text !== '') expect(liveWith(simulator, text), `live posts saying "${text}"`).toBe(1)
}

export function known<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('The test expected a value here.')
  return value
}
