/** What the parts of the conformance kit share. */
import { expect } from 'vitest'
import type { AnyConnector, Capabilities, Content, Outcome } from '../../shared/networks/network.ts'
import type { Access, Simulator } from '../simulators/simulator.ts'
import { content, image, newText, type Session } from './session.ts'

export interface Conformance {
  /** As in the registry. */
  readonly network: string
  /** A new simulator, not started. Without one (a network that calls nobody) only what needs none is tested. */
  readonly simulator?: () => Simulator
  /** What connects a channel where there is no simulator. */
  readonly access?: Access
  /** Content with the length the network counts for it: links, mentions, emoji. */
  readonly counting?: readonly { readonly name: string; readonly content: Content; readonly length: number }[]
  /** What the network takes to say when something came in. Default comments and mentions. */
  readonly comesIn?: readonly ('comment' | 'mention' | 'direct_message')[]
  /** Whether images can be published without text. Default true. */
  readonly imageAlone?: boolean
}

/** What the tests of one network share: a fresh simulator and a connected channel each. */
export interface Stage {
  readonly connector: AnyConnector
  readonly capabilities: Capabilities
  readonly subject: Conformance
  simulator(): Simulator
  session(): Session
}

/** The shapes of post that this network takes. */
export function shapes(
  connector: AnyConnector,
  subject: Conformance,
): readonly { name: string; make: () => Content }[] {
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

export function expectLiveOnce(simulator: Simulator, what: Content): void {
  for (const { text } of what.parts)
    if (text !== '') expect(liveWith(simulator, text), `live posts saying "${text}"`).toBe(1)
}

export function known<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('The test expected a value here.')
  return value
}
