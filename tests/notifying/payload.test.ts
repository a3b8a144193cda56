import { expect, it } from 'vitest'
import { payloadOf } from '../../shared/notifying/delivery.ts'
import { publishingTexts } from '../../shared/publishing/texts.ts'

it('gives receivers the reason of an event as text', () => {
  const body = payloadOf({
    id: 'evt_01J00000000000000000000000',
    name: 'publication.rejected',
    version: 1,
    time: '2026-11-30T09:00:00.000Z',
    workspaceId: 'ws_01J00000000000000000000000',
    subject: 'pub_01J00000000000000000000000',
    sequence: 3,
    data: { state: 'rejected', reason: publishingTexts.notPreparedNow() },
  } as never)
  const { type, data } = JSON.parse(body)
  expect(type).toBe('publication.rejected')
  expect(data).toMatchObject({ state: 'rejected', sequence: 3, reason: expect.stringMatching(/^[A-Za-z].+/) })
})
