import * as z from 'zod'

/**
 * The message that wakes something: its ids (the workspace first) and the `wakeAt` it was found with. A hint, never the
 * truth: the consumer reads the item and drops the message if its `wakeAt` is another by now.
 *
 * | kind        | ids                                  | queue   |
 * |-------------|--------------------------------------|---------|
 * | publication | workspace, publication               | publish |
 * | poll        | workspace, channel                   | poll    |
 * | collection  | workspace, publication or channel    | collect |
 * | delivery    | workspace, endpoint, delivery        | deliver |
 * | letter      | workspace, issue, subscriber or list  | letters |
 */
export const wakeMessage = z.object({ ids: z.array(z.string()).min(2), wakeAt: z.string() })
export type WakeMessage = z.infer<typeof wakeMessage>

/** The id under which something stands in the index `wake`. */
export const wakeId = (...ids: readonly string[]): string => ids.join('/')

/** The message of a sort key `<wakeAt>#<id>` of the index `wake`. */
export function wakeMessageOf(sortKey: string): WakeMessage {
  const split = sortKey.indexOf('#')
  return { wakeAt: sortKey.slice(0, split), ids: sortKey.slice(split + 1).split('/') }
}
