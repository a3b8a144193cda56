import * as z from 'zod'
import { said } from '../../i18n/index.ts'
import { channelsTexts } from '../texts.ts'

const loopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/

/** Where a person may be sent back to: a page by https, or one on their own machine. Nothing secret travels there. */
export const returnUrl = z
  .string()
  .max(2_000)
  .refine(
    (text) => {
      const url = URL.parse(text)
      if (url === null || url.username !== '' || url.password !== '' || url.hash !== '') return false
      return url.protocol === 'https:' || (url.protocol === 'http:' && loopback.test(url.hostname))
    },
    {
      error: said(channelsTexts.returnUrl()),
      params: { code: 'invalid_url' },
    },
  )

/** The address with the connection's id added to its query. */
export function returning(to: string, connectionId: string): string {
  const url = new URL(to)
  url.searchParams.set('connection', connectionId)
  return url.href
}
