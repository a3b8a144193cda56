/** The picture a variant names for its video: checked, handed to the network, and not deleted under it. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { newId } from '../../shared/kernel/ids.ts'
import type { Content, Media } from '../../shared/networks/network.ts'
import { publicationUsing } from '../../shared/publishing/media-use.ts'
import { Engine } from '../support/engine.ts'
import { Stage } from './stage.ts'

let engine: Engine
beforeAll(async () => {
  engine = await Engine.start()
})
afterAll(() => engine.stop())

async function studio() {
  const sent: Content[] = []
  const stage = await Stage.set(engine, {
    review: ({ cover }) => ({
      length: 1,
      limit: 500,
      unit: 'characters',
      problems: cover?.width === 10 ? [{ pointer: '/cover', code: 'too_small', message: 'Too small.' }] : [],
      warnings: [{ pointer: '/parts/0/text', code: 'odd_hashtag', message: 'It is the hashtag “l”.' }],
    }),
    publish: async (call) => {
      sent.push(call.content)
      await call.begin('post')
      return { kind: 'accepted', externalId: 'x' }
    },
  })
  const add = (kind: Media['kind'], width = 1080) => {
    const id = newId('media', stage.clock.now(), stage.random)
    stage.media.set(id, {
      id,
      file: id,
      kind,
      mime: 'x/x',
      bytes: 1,
      width,
      height: 1080,
      alt: '',
      url: undefined,
      read: async () => new Uint8Array(),
    })
    return id
  }
  const video = add('video')
  const asked = (coverMediaId: string) => ({
    text: 'Bonjour',
    channels: [stage.channel.id],
    media: [video],
    variants: { [stage.channel.id]: { coverMediaId } },
  })
  return { stage, sent, add, asked, pointer: `/variants/${stage.channel.id}/coverMediaId` }
}

it('goes out with the post, and is in use until then', async () => {
  const { stage, sent, add, asked } = await studio()
  const cover = add('image')
  const { id } = await stage.write(10, asked(cover))
  expect(await publicationUsing(stage.table, stage.workspaceId, cover)).toBe(id)
  await stage.wake(id)
  expect(sent[0]?.cover?.id).toBe(cover)
  expect(sent[0]?.parts[0]?.media).toHaveLength(1)
  expect(await publicationUsing(stage.table, stage.workspaceId, cover)).toBeUndefined()
})

it('that is gone when it should leave is named', async () => {
  const { stage, add, asked } = await studio()
  const cover = add('image')
  const { id } = await stage.write(10, asked(cover))
  stage.media.delete(cover)
  expect(await stage.wake(id)).toMatchObject({ state: 'rejected', problem: { class: 'invalid' } })
})

it('must be there, be an image, and please the network', async () => {
  const { stage, add, asked, pointer } = await studio()
  const said = async (id: string) => (await stage.posts.validate(stage.workspaceId, asked(id)))[0]
  expect((await said(add('image')))?.problems).toEqual([])
  expect((await said(add('video')))?.problems).toMatchObject([{ pointer, code: 'cover_not_image' }])
  expect((await said(`${add('image').slice(0, -1)}Z`))?.problems).toMatchObject([{ pointer, code: 'unknown_media' }])
  expect((await said(add('image', 10)))?.problems).toMatchObject([{ pointer, code: 'too_small' }])
})

it('warnings are told with their place in the request, and stop nothing', async () => {
  const { stage, add, asked } = await studio()
  const [review] = await stage.posts.validate(stage.workspaceId, asked(add('image')))
  expect(review).toMatchObject({ problems: [], warnings: [{ pointer: '/text', code: 'odd_hashtag' }] })
  expect((await stage.write(10, asked(add('image')))).state).toBe('scheduled')
})
