import { AppError } from '../kernel/errors.ts'
import { type GatewayEvent, header } from './gateway.ts'
import { jsonBody } from './json-body.ts'
import { httpTexts } from './texts.ts'

/** More than any form of ours holds. */
const maxFormBytes = 32 * 1024
const formType = /^application\/x-www-form-urlencoded\s*(;|$)/i

/** The fields of a form that a page of ours sent (a repeated one: the last), or else JSON. Throws as {@link jsonBody} does. */
export function formOrJson(event: GatewayEvent): unknown {
  if (!formType.test(header(event, 'content-type') ?? '')) return jsonBody(event)
  const text = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8').toString('utf8')
  if (text.length > maxFormBytes)
    throw new AppError('too_large', 'body_too_large', httpTexts.formTooLarge({ max: maxFormBytes }))
  const fields = Object.fromEntries(new URLSearchParams(text))
  for (const value of Object.values(fields))
    if (value.includes('\0')) throw new AppError('invalid', 'unusable_text', httpTexts.nulInForm())
  return fields
}
