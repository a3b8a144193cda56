import { expect, it } from 'vitest'
import { payloadOf, type Reader } from '../../shared/notifying/delivery.ts'
import { publishingTexts } from '../../shared/publishing/texts.ts'

const reasonIn = (reader: Reader) => {
  const body = payloadOf(
    {
      id: 'evt_01J00000000000000000000000',
      name: 'publication.rejected',
      version: 1,
      time: '2026-11-30T09:00:00.000Z',
      workspaceId: 'ws_01J00000000000000000000000',
      subject: 'pub_01J00000000000000000000000',
      sequence: 3,
      data: {
        state: 'rejected',
        reason: publishingTexts.nextLook({ at: '2026-12-01T20:24:00Z' }),
      },
    } as never,
    reader,
  )
  const { type, data } = JSON.parse(body)
  expect(type).toBe('publication.rejected')
  expect(data).toMatchObject({ state: 'rejected', sequence: 3 })
  return data.reason
}

it('gives receivers the reason of an event as text, in the language and zone of the workspace', () => {
  expect(reasonIn({ language: 'en', zone: 'Europe/London' })).toBe(
    'not found; looked up again on Tuesday 1 December 2026 at 8:24 PM, London time',
  )
  expect(reasonIn({ language: 'fr', zone: 'Europe/Paris' })).toBe(
    'introuvable\u202f; nouvelle recherche le mardi 1er décembre 2026 à 21\u00a0h\u00a024, heure de Paris',
  )
})
