/** Partial updates of posts and publications: what is not named stays, `null` removes (RFC 7396). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { keys } from '../../shared/aws/keys.ts'
import type { PublicationState } from '../../shared/publishing/index.ts'
import type { Answered } from '../support/invoke.ts'
import { expectProblem, type Houses, startHouses } from './every-route.ts'

let houses: Houses
let one: string
let two: string
let three: string

const call = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answered> =>
  houses.ask(houses.one.token, { method, path, headers, ...(body === undefined ? {} : { body }) })
const newChannel = async (name: string): Promise<string> =>
  (await call('POST', '/v1/channels', { network: 'feed', credentials: {}, name })).json.id
const become = (id: string, state: PublicationState) =>
  houses.table.write({ update: keys.publication(houses.one.id, id), set: { state } })

beforeAll(async () => {
  houses = await startHouses('post-edits')
  one = houses.one.ids.channelId ?? ''
  two = await newChannel('Second')
  three = await newChannel('Third')
})
afterAll(() => houses.stop())

const at = `${new Date().getUTCFullYear() + 1}-03-02T09:00:00`
const later = `${new Date().getUTCFullYear() + 1}-03-03T18:30:00`

async function post(over: object = {}): Promise<any> {
  const answer = await call('POST', '/v1/posts', { text: 'Common', channels: [one, two], schedule: { at }, ...over })
  expect(answer.status, answer.text).toBe(201)
  return answer.json
}
/** Without a moment its options are not refused: the feed of these tests has none. */
const draft = (over: object) => post({ schedule: undefined, ...over })
const edit = async (id: string, body: unknown): Promise<any> => {
  const answer = await call('PATCH', `/v1/posts/${id}`, body)
  expect(answer.status, answer.text).toBe(200)
  return answer.json
}
const on = (written: any, channelId: string) => written.publications.find((each: any) => each.channelId === channelId)
const textOn = (written: any, channelId: string) => on(written, channelId).content.parts[0].text

describe('PATCH of a post', () => {
  it('keeps the variant of a channel that it does not name, with its text, options and hand-over', async () => {
    const second = { text: 'Second only', options: { subject: 'Titre' }, deliver: 'handover', instructions: 'Post it.' }
    const { id } = await post({ variants: { [one]: { text: 'First' }, [two]: second } })
    const edited = await edit(id, { variants: { [one]: { text: 'First, corrected' } } })
    expect(edited.variants).toEqual({ [one]: { text: 'First, corrected' }, [two]: second })
    expect([textOn(edited, one), textOn(edited, two)]).toEqual(['First, corrected', 'Second only'])
    expect(on(edited, two)).toMatchObject({ deliver: 'handover', contentVersion: 1, version: 1 })
    expect((await call('GET', `/v1/posts/${id}`)).json.variants[two]).toEqual(second)
  })

  it('keeps the fields of a variant that it does not name, and merges its options', async () => {
    const { id } = await draft({ variants: { [one]: { text: 'First', options: { subject: 'Titre' } } } })
    const edited = await edit(id, { variants: { [one]: { options: { summary: 'Résumé' } } } })
    expect(edited.variants[one]).toEqual({ text: 'First', options: { subject: 'Titre', summary: 'Résumé' } })
  })

  it('removes what is null: an option, a field, a variant, all variants', async () => {
    const variants = {
      [one]: { text: 'First', options: { title: 'Titre', summary: 'Résumé' } },
      [two]: { text: 'Second' },
    }
    const { id } = await draft({ variants })
    const withoutOption = await edit(id, { variants: { [one]: { options: { title: null } } } })
    expect(withoutOption.variants[one]).toEqual({ text: 'First', options: { summary: 'Résumé' } })
    const withoutField = await edit(id, { variants: { [one]: { text: null } } })
    expect(withoutField.variants[one]).toEqual({ options: { summary: 'Résumé' } })
    expect(textOn(withoutField, one)).toBe('Common')
    const withoutVariant = await edit(id, { variants: { [two]: null } })
    expect(withoutVariant.variants).not.toHaveProperty(two)
    expect((await edit(id, { variants: null })).variants).toEqual({})
  })

  it('shows the own schedule of a variant, keeps it in an edit of the text, and gives it back with null', async () => {
    const { id } = await post({ variants: { [two]: { schedule: { at: later } } } })
    const edited = await edit(id, { text: 'Corrected', variants: { [one]: { text: 'First' } } })
    expect(edited.variants[two].schedule).toMatchObject({ at: later })
    expect(on(edited, two).scheduled.at).toBe(later)
    const shared = await edit(id, { variants: { [two]: { schedule: null } } })
    expect(shared.variants[two] ?? {}).not.toHaveProperty('schedule')
    expect(on(shared, two).scheduled.at).toBe(at)
  })

  it('does not touch the publication of a channel whose content stays the same', async () => {
    const { id } = await post({ variants: { [two]: { text: 'Second' } } })
    const edited = await edit(id, { text: 'Corrected' })
    expect(on(edited, one)).toMatchObject({ version: 2, contentVersion: 2 })
    expect(on(edited, two)).toMatchObject({ version: 1, contentVersion: 1 })
  })

  it('edits one channel while another is being sent, and refuses the one that is', async () => {
    const written = await post({ variants: { [two]: { text: 'Second' } } })
    await become(on(written, two).id, 'sending')
    expect(textOn(await edit(written.id, { text: 'Corrected' }), one)).toBe('Corrected')
    const refused = await call('PATCH', `/v1/posts/${written.id}`, { variants: { [two]: { text: 'Late' } } })
    expectProblem(refused, 409, 'publication_sending')
  })

  it('refuses a variant for a channel that the post does not have', async () => {
    const { id } = await post()
    const answer = await call('PATCH', `/v1/posts/${id}`, { variants: { [three]: { text: 'x' } } })
    expect(expectProblem(answer, 422, 'validation_failed').problems).toMatchObject([
      { pointer: `/variants/${three}`, code: 'unknown_channel' },
    ])
  })
})

describe('channels of a post that exists', () => {
  it('adds one, with a publication at the moment of the post', async () => {
    const { id } = await post()
    const edited = await edit(id, { channels: [one, two, three], variants: { [three]: { text: 'Third' } } })
    expect(edited.channels).toEqual([one, two, three])
    expect(on(edited, three)).toMatchObject({ state: 'scheduled', scheduled: { at }, version: 1 })
    expect(textOn(edited, three)).toBe('Third')
    expect(on(edited, one).version).toBe(1)
    expect(edited.publicationIds).toHaveLength(3)
  })

  it('takes one off: its publication is cancelled, its variant goes', async () => {
    const written = await post({ variants: { [two]: { text: 'Second' } } })
    const gone = on(written, two).id
    const edited = await edit(written.id, { channels: [one] })
    expect(edited).toMatchObject({ channels: [one], publicationIds: [on(written, one).id], variants: {} })
    expect((await call('GET', `/v1/publications/${gone}`)).json.state).toBe('cancelled')
  })

  it.each(['sending', 'processing', 'published', 'unconfirmed'] as const)(
    'refuses to take one off that is %s',
    async (state) => {
      const written = await post()
      await become(on(written, two).id, state)
      const answer = await call('PATCH', `/v1/posts/${written.id}`, { channels: [one] })
      expectProblem(answer, 409, `publication_${state}`)
      expect((await call('GET', `/v1/posts/${written.id}`)).json.channels).toEqual([one, two])
    },
  )
})

describe('PATCH of a publication', () => {
  it('changes what one channel says, and shows it in the variants of the post', async () => {
    const written = await post()
    const { id } = on(written, two)
    const answer = await call('PATCH', `/v1/publications/${id}`, { text: 'Second' }, { 'if-match': '"1"' })
    expect(answer.status, answer.text).toBe(200)
    expect(answer.json).toMatchObject({ id, version: 2, content: { parts: [{ text: 'Second' }] } })
    const { variants, publications } = (await call('GET', `/v1/posts/${written.id}`)).json
    expect(variants).toEqual({ [two]: { text: 'Second' } })
    expect(on({ publications }, one).version).toBe(1)
    const back = await call('PATCH', `/v1/publications/${id}`, { text: null })
    expect(back.json.content.parts[0].text).toBe('Common')
  })

  it('gives it a moment of its own', async () => {
    const written = await post()
    const { id } = on(written, two)
    const answer = await call('PATCH', `/v1/publications/${id}`, { schedule: { at: later } })
    expect(answer.json.scheduled.at).toBe(later)
    expect((await call('GET', `/v1/posts/${written.id}`)).json.variants[two].schedule.at).toBe(later)
  })

  it('refuses an old version, and what is being sent', async () => {
    const written = await post()
    const { id } = on(written, two)
    const stale = await call('PATCH', `/v1/publications/${id}`, { text: 'x' }, { 'if-match': '"7"' })
    expectProblem(stale, 412, 'stale_version')
    await become(id, 'sending')
    expectProblem(await call('PATCH', `/v1/publications/${id}`, { text: 'x' }), 409, 'publication_sending')
  })
})
