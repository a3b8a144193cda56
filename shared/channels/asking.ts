/** Calls to a network that a person waits for. */
import type { AnyConnector, Connected, NetworkTools } from '../networks/network.ts'
import { connectFailure } from './input.ts'
import { type ChannelParts, toolsFor } from './parts.ts'

/** Bounds a call that a person waits for: the gateway gives up at 30 s. */
const waitMs = 24_000

/** Asks the network. What brings no answer, or is refused, is thrown in plain words. */
export async function asking<T>(
  parts: ChannelParts,
  { name, title }: AnyConnector,
  ask: (tools: NetworkTools) => Promise<T>,
): Promise<T> {
  try {
    return await ask(await toolsFor(parts, name, AbortSignal.timeout(waitMs)))
  } catch (error) {
    throw connectFailure(error, title)
  }
}

/** Subscribes to what the account tells by itself, where the network has such a thing. */
export async function attach(
  parts: ChannelParts,
  connector: AnyConnector,
  connected: Connected<unknown, unknown>,
): Promise<void> {
  if (connector.attach === undefined) return
  await asking(parts, connector, async (tools) => connector.attach?.(tools, connected))
}
