import * as z from 'zod'
import { keys } from '../aws/keys.ts'
import type { Table } from '../aws/table.ts'
import type { Channel } from '../channels/index.ts'
import type { ChannelCall, Connector, InboundEvent } from '../networks/network.ts'

/** Answers asked about at one poll. */
const maxPending = 50

const pendingAnswer = z.object({ externalId: z.string(), actionId: z.string() })

/** Asks what the network decided about answers that it reviews, wherever what they answer stands in its lists. */
export async function readPending<C, S>(
  table: Table,
  { workspaceId, id: channelId }: Pick<Channel, 'id' | 'workspaceId'>,
  connector: Pick<Connector<C, S>, 'answerStates'>,
  call: ChannelCall<C, S>,
  take: (event: InboundEvent) => Promise<unknown>,
): Promise<void> {
  if (connector.answerStates === undefined) return
  const { pk } = keys.pendingAnswer(workspaceId, channelId, '')
  const { items } = await table.query({ pk, limit: maxPending, consistent: true }, pendingAnswer)
  if (items.length === 0) return
  const ids = items.map(({ externalId }) => externalId)
  const states = await connector.answerStates(call, ids)
  for (const { externalId, actionId } of items) {
    const state = states.get(externalId)
    if (state === 'sent') continue
    if (state !== undefined)
      await take({ kind: 'message_state', action: 'created', externalId, at: call.clock.now(), state })
    // one that was replaced meanwhile is another one, which is asked about again
    await table.write({
      delete: keys.pendingAnswer(workspaceId, channelId, externalId),
      if: ['actionId', '=', actionId],
    })
  }
}
