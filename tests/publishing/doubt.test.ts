/** What may be live already: nobody changes it, and no post of the network is ever two publications. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { Engine } from '../support/engine.ts'
import { actor, Stage } from './stage.ts'

let engine: Engine
beforeAll(async () => {
  engine = await Engine.start()
})
afterAll(() => engine.stop())

it('is not edited, called off or moved while it is sent again under the same key', async () => {
  const keys: string[] = []
  const stage = await Stage.set(engine, {
    publish: async (call) => {
      keys.push(call.key)
      await call.begin('post')
      return keys.length === 1
        ? { kind: 'unknown', message: 'The network did not answer.' }
        : { kind: 'accepted', externalId: 'x' }
    },
  })
  const { reconcile } = stage.connector.capabilities
  Object.assign(reconcile, { means: 'own key', keyWindowSeconds: 3600, settleSeconds: 20 })
  const { id, postId } = await stage.write(10)
  const edits = [
    () => stage.posts.edit(stage.workspaceId, postId, actor, { text: 'Bonsoir' }),
    () => stage.publications.cancel(stage.workspaceId, id, actor),
    () => stage.publications.schedule(stage.workspaceId, id, actor, { now: true }),
  ]
  let record = await stage.wake(id)
  while (record.state !== 'published') {
    expect(record).toMatchObject({ state: 'sending', problem: { class: 'transient' } })
    for (const edit of edits) await expect(edit()).rejects.toMatchObject({ code: 'publication_sending' })
    record = await stage.wake(id)
  }
  expect(keys).toEqual([keys[0], keys[0]])
})

it('a network that answers two sends with one post leaves the second to a person', async () => {
  const stage = await Stage.set(engine, {
    publish: async (call) => {
      await call.begin('post')
      return { kind: 'accepted', externalId: 'the same' }
    },
  })
  const [one, two] = [await stage.write(10), await stage.write(11)]
  expect(await stage.wake(one.id)).toMatchObject({ state: 'published' })
  const second = await stage.wake(two.id)
  expect(second.state).toBe('unconfirmed')
  expect(second).not.toHaveProperty('live')
})
