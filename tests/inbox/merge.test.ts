import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { derived } from '../../shared/inbox/mention.ts'
import { type Moderation, merge, moderated } from '../../shared/inbox/merge.ts'

type Attachment = NonNullable<Parameters<typeof merge>[1]['attachments']>[number]

/** Few instants and few words, so that everything collides. */
const delivery = fc.record(
  {
    kind: fc.constant('comment' as const),
    externalId: fc.constant('c1'),
    action: fc.constantFrom('created', 'edited', 'deleted', 'hidden', 'unhidden'),
    at: fc.constantFrom(1, 2, 3),
    text: fc.constantFrom('a', 'b'),
    fullText: fc.constantFrom('aa', 'bb'),
    automatic: fc.boolean(),
    unreadable: fc.constantFrom({
      why: 'x',
      raw: { name: 'x', contentType: 'text/plain', bytes: new Uint8Array(2) },
    }),
    held: fc.boolean(),
    rating: fc.constantFrom(1, 5),
    attachments: fc.constantFrom<Attachment[]>([{ kind: 'image' }], [{ kind: 'file', name: 'x' }]),
    context: fc.constantFrom<Record<string, string>>({ a: '1', b: '2' }, { b: '2', a: '1' }, { a: '2' }),
  },
  { requiredKeys: ['kind', 'externalId', 'action', 'at'] },
)
const all = (deliveries: readonly Parameters<typeof merge>[1][]) => deliveries.reduce(merge, {})

describe('merging deliveries', () => {
  it('leaves the same in any order, and however often each comes', () => {
    fc.assert(
      fc.property(
        fc.array(delivery, { minLength: 1, maxLength: 6 }).chain((deliveries) =>
          fc.record({
            deliveries: fc.constant(deliveries),
            order: fc.shuffledSubarray([...deliveries, ...deliveries], { minLength: deliveries.length * 2 }),
          }),
        ),
        ({ deliveries, order }) => {
          expect(all(order)).toEqual(all(deliveries))
        },
      ),
      { numRuns: 2_000 },
    )
  })

  it('does not undo what we did later, by what was delivered before', () => {
    const moderations: readonly Moderation[] = ['hide', 'unhide', 'approve', 'hold', 'reject', 'spam', 'delete', 'ban']
    fc.assert(
      fc.property(
        fc.array(delivery, { maxLength: 5 }),
        fc.constantFrom(...moderations),
        fc.constantFrom(0, 2, 9),
        (deliveries, action, now) => {
          const after = moderated(all(deliveries), action, now)
          expect(derived(deliveries.reduce(merge, after)).state).toBe(derived(after).state)
        },
      ),
      { numRuns: 1_000 },
    )
  })
})
