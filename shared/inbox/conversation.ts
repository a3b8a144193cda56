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
  /** When the channel last answered in the network's app (ms). */
  outboundAt: z.number().default(0),
  version: z.number().int().default(0),
})
export type Conversation = z.infer<typeof conversationItem>

type In = Pick<Channel, 'workspaceId' | 'id'>

const maxInbound = 20

export async function conversationWith(table: Table, { workspaceId, id }: In, personId: string): Promise<Conversation> {
  const known = await table.get(keys.conversation(workspaceId, id, personId), conversationItem)
  return known ?? conversationItem.parse({})
}

/** The conversation after the person wrote a mention. */
export function withInbound(before: Conversation, id: string, at: number): Conversation {
  const others = before.inbound.filter((one) => one.id !== id)
  return {
    ...before,
    inboundAt: Math.max(before.inboundAt, at),
    inbound: [...others, { id, at }].sort((a, b) => a.at - b.at).slice(-maxInbound),
  }
}

/** The conversation after the channel answered in the network's app. */
export const withOutbound = (before: Conversation, at: number): Conversation => ({
  ...before,
  outboundAt: Math.max(before.outboundAt, at),
})

/** Fenced by the version that was read. */
export function conversationWrite({ workspaceId, id }: In, personId: string, after: Conversation): Write {
  const { version } = after
  return {
    put: { ...keys.conversation(workspaceId, id, personId), ...after, version: version + 1 },
    if: version === 0 ? ['pk', 'absent'] : ['version', '=', version],
  }
}
