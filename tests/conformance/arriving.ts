/** Something comes in, by whichever way this network tells of it. */
import type { InboundEvent } from '../../shared/networks/network.ts'
import { webhookOf } from '../../shared/networks/registry.ts'
import type { Injected, Simulator } from '../simulators/simulator.ts'
import { accepted, type Coming, known, type Stage } from './stage.ts'

/** What people do on the network. `under`: the post they comment on. */
export function arrive(simulator: Simulator, kind: Coming, text: string, under: string): Promise<Injected> {
  switch (kind) {
    case 'comment':
      return simulator.comment(under, text)
    case 'mention':
      return simulator.mention(text)
    case 'direct_message':
      return simulator.directMessage(text)
    case 'review':
      return known(simulator.review?.(text, 4))
    case 'question':
      return known(simulator.question?.(text))
  }
}

/** The same, as Parvis then knows it. */
export async function brought(stage: Stage, kind: Coming, text: string): Promise<InboundEvent> {
  const { connector, plain, session, simulator } = stage
  const publishes = connector.capabilities.publishes.length > 0
  const under =
    kind === 'comment' && publishes ? accepted(await session().publish(session().run(plain()))).externalId : ''
  const post = under === '' && kind === 'comment' ? simulator().seedPost('Un article') : undefined
  let cursor = connector.poll === undefined ? undefined : (await connector.poll(session().call(), undefined)).cursor
  const injected = await arrive(simulator(), kind, text, under || (post?.externalId ?? ''))
  const receiver = await webhookOf(connector.name)
  if (receiver !== undefined && injected.delivery !== undefined) {
    const found = receiver
      .normalize(injected.delivery.body, injected.delivery.subject)
      .find(({ event }) => event.externalId === injected.externalId)
    if (found !== undefined) return found.event
  }
  for (let round = 0; round < 10; round++) {
    const polled = await known(connector.poll)(session().call(), cursor)
    cursor = polled.cursor
    const found = polled.events.find((event) => event.externalId === injected.externalId)
    if (found !== undefined) return found
  }
  throw new Error(`What was injected as ${injected.externalId} never came in.`)
}
