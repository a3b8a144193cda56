/** Connects the demo's channels, as a person would: with credentials, or by agreeing on the network's own page. */
import * as z from 'zod'
import type { Simulator } from '../../tests/simulators/simulator.ts'
import type { Client } from './client.ts'
import { hookPath } from './networks.ts'
import { type Place, places, shop } from './shop.ts'
import type { Simulators } from './simulators.ts'
import { channelList, type DemoChannel } from './view.ts'

const anything = z.object({ id: z.string() })
const started = z.object({ id: z.string(), authorizeUrl: z.string() })
const opened = z.object({
  state: z.string(),
  reason: z.string().optional(),
  accounts: z.array(z.object({ externalId: z.string() })),
})
const chosen = z.object({ items: z.array(anything) })

/** How many networks are connected side by side. */
const together = 4

export type ChannelIds = ReadonlyMap<Place, string>

/** Each network once: found, woken, given its credentials again, or connected. One that does not come is told of. */
export async function connect(
  client: Client,
  stageUrl: string,
  simulators: Simulators,
  tell: (text: string) => void,
): Promise<ChannelIds> {
  const { items } = await client.get('/v1/channels?limit=100', channelList)
  const ids = new Map<Place, string>()
  const work = places.filter((place) => place === 'feed' || simulators.has(place))
  const next = async (): Promise<void> => {
    for (let place = work.shift(); place !== undefined; place = work.shift()) {
      const found = items.find(({ network }) => network === place)
      try {
        ids.set(place, await idOn(client, stageUrl, place, place === 'feed' ? undefined : simulators.get(place), found))
      } catch (error) {
        tell(`The demo goes on without ${place}: ${error instanceof Error ? error.message : error}\n`)
      }
    }
  }
  await Promise.all(Array.from({ length: together }, next))
  return ids
}

async function idOn(
  client: Client,
  stageUrl: string,
  network: Place,
  simulator: Simulator | undefined,
  found: DemoChannel | undefined,
): Promise<string> {
  if (simulator === undefined) {
    const wanted = { network, credentials: {}, settings: { title: shop, language: 'fr' }, name: shop }
    const id = found?.id ?? (await client.post('/v1/channels', wanted, anything)).id
    await wake(client, found)
    return id
  }
  const { oauth, credentials, settings } = simulator.access()
  const id =
    oauth !== undefined
      ? await byConsent(client, stageUrl, simulator, oauth, found)
      : found === undefined
        ? (await client.post('/v1/channels', { network, credentials, settings, name: shop, simulated: true }, anything))
            .id
        : found.id
  // A simulator that was started again knows neither its hooks nor the tokens it gave.
  if (oauth === undefined && found !== undefined)
    await client.post(`/v1/channels/${id}/reconnect`, { credentials }, anything)
  simulator.webhookTarget = `${stageUrl}${hookPath(simulator)}`
  await wake(client, found)
  return id
}

/** To the network and back, with nobody in between: the person agrees to everything. */
async function byConsent(
  client: Client,
  stageUrl: string,
  simulator: Simulator,
  input: Readonly<Record<string, string>>,
  found: DemoChannel | undefined,
): Promise<string> {
  const wish = { network: simulator.network, input, ...(found === undefined ? {} : { channelId: found.id }) }
  const { id, authorizeUrl } = await client.post('/v1/channels/connect', wish, started)
  const back = new URL(await simulator.consent(authorizeUrl))
  // Wherever the stage is known to the world, the person's browser is on this machine.
  await fetch(`${stageUrl}${back.pathname}${back.search}`)
  const path = `/v1/channels/connections/${id}`
  const { state, reason, accounts } = await client.get(path, opened)
  const [account] = accounts
  if (state !== 'ready' || account === undefined) throw new Error(reason ?? `The connection is ${state}.`)
  const choice = {
    accounts: [account.externalId],
    simulated: true,
    ...(found === undefined ? { name: shop } : {}),
  }
  const { items } = await client.post(path, choice, chosen)
  const [channel] = items
  if (channel === undefined) throw new Error('No account became a channel.')
  return channel.id
}

async function wake(client: Client, found: DemoChannel | undefined): Promise<void> {
  if (found?.state === 'paused') await client.post(`/v1/channels/${found.id}/resume`, undefined, anything)
}

/** Without its simulators nothing of the demo may leave. */
export async function rest(client: Client): Promise<void> {
  const { items } = await client.get('/v1/channels?limit=100', channelList)
  for (const { id, state } of items)
    if (state === 'active') await client.post(`/v1/channels/${id}/pause`, undefined, anything)
}
