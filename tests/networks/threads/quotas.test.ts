/** Posts and replies have an allowance each; a chain spends one of the first, and of the second for its further parts. */
import { afterAll, afterEach, beforeEach, expect, it } from 'vitest'
import { threadsConnector } from '../../../shared/networks/threads/index.ts'
import { closeConnections, content, newText, Session } from '../../conformance/session.ts'
import { ThreadsSimulator } from '../../simulators/threads.ts'

let simulator: ThreadsSimulator
let session: Session
beforeEach(async () => {
  simulator = await new ThreadsSimulator().start()
  session = await Session.open(threadsConnector as never, simulator, simulator.access())
})
afterEach(async () => {
  await simulator.stop()
  expect(simulator.violations).toEqual([])
})
afterAll(closeConnections)

const chain = (parts: number) => content(Array.from({ length: parts }, (_, i) => newText(`Partie ${i + 1}`)))

it('publishes a whole chain where one post is left: its further parts are replies', async () => {
  simulator.quotaTotal = 1
  const run = session.run(chain(3))
  expect(await session.publish(run)).toMatchObject({ kind: 'accepted' })
  expect(simulator.live().map(({ parentExternalId }) => parentExternalId !== undefined)).toEqual([false, true, true])
  const asked = simulator.journal.filter(({ path }) => path.endsWith('/threads_publishing_limit'))
  expect(asked.length).toBe(1)
})

it('holds a chain back as a whole where its further parts exceed the replies that are left', async () => {
  simulator.replyQuotaTotal = 1
  const run = session.run(chain(3))
  expect(await session.publish(run)).toMatchObject({
    kind: 'limited',
    reason: 'quota',
    scope: 'channel',
    message: { params: { total: 1, used: 0, further: 2 } },
  })
  expect(simulator.live()).toEqual([])
  expect(await session.publish(session.run(chain(2)))).toMatchObject({ kind: 'accepted' })
})

it('holds a post back where no post is left, whatever replies are', async () => {
  simulator.quotaTotal = 1
  expect(await session.publish(session.run(chain(1)))).toMatchObject({ kind: 'accepted' })
  expect(await session.publish(session.run(chain(1)))).toMatchObject({ kind: 'limited', reason: 'quota' })
  expect(simulator.live().length).toBe(1)
})
