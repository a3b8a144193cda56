import * as z from 'zod'
import { keys } from '../aws/keys.ts'
import type { Table, Write } from '../aws/table.ts'
import type { Channel } from '../channels/index.ts'

/** What was said in private between a channel and one person, as far as answering needs it. */
const conversationItem = z.object({
  /** When the person last wrote (ms): the window of an answer runs from here. */
  inboundAt: z.number().default(0),
  /** The latest mentions of theirs, oldest first: an answer in the network's app answers those before it. */
  inbound: z.array(z.object({ id: z.string(), at: z.number() })).default([]),
  /** The latest outgoing mentions of the channel, oldest first: a message that comes late is answered by the first after it. */
  outbound: z.array(z.object({ id: z.string(), at: z.number() })).default([]),
  version: z.number().int().default(0),
})
export type Conversation = z.infer<typeof conversationItem>

type In = Pick<Channel, 'workspaceId' | 'id'>

const maxKept = 20

export async function conversationWith(table: Table, { workspaceId, id }: In, personId: string): Promise<Conversation> {
  const known = await table.get(keys.conversation(workspaceId, id, personId), conversationItem)
  return known ?? conversationItem.parse({})
}

/** The conversation after the person wrote a mention. */
export const withInbound = (before: Conversation, id: string, at: number): Conversation => ({
  ...before,
  inboundAt: Math.max(before.inboundAt, at),
  inbound: added(before.inbound, id, at),
})

/** The conversation after the channel answered in the network's app. */
export const withOutbound = (before: Conversation, id: string, at: number): Conversation => ({
  ...before,
  outbound: added(before.outbound, id, at),
})

const added = (before: Conversation['inbound'], id: string, at: number) =>
  [...before.filter((one) => one.id !== id), { id, at }].sort((a, b) => a.at - b.at).slice(-maxKept)

/** Fenced by the version that was read. */
export function conversationWrite({ workspaceId, id }: In, personId: string, after: Conversation): Write {
  const { version } = after
  return {
    put: { ...keys.conversation(workspaceId, id, personId), ...after, version: version + 1 },
    if: version === 0 ? ['pk', 'absent'] : ['version', '=', version],
  }
}
