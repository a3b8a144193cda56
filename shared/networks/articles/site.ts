/** Sites that people name by an address: each is a server of its own. */

import { createHash } from 'node:crypto'
import { AppError } from '../../kernel/errors.ts'
import { articlesTexts } from './texts.ts'

/** The address of a site as people write it, without what stands after its path. Throws `invalid_host`. */
export function siteOf(written: string): URL {
  const trimmed = written.trim()
  const url = URL.parse(/^https?:\/\//i.test(trimmed) ? trimmed : `https://${trimmed}`)
  if (url === null || url.username !== '' || url.password !== '')
    throw new AppError('unprocessable', 'invalid_host', articlesTexts.badSite({ address: trimmed }))
  url.search = ''
  url.hash = ''
  url.pathname = url.pathname.replace(/\/+$/, '')
  return url
}

/** A name for the site that fits in the address of a webhook: 1–100 of `A-Za-z0-9._-`. */
export function subjectOf(site: URL): string {
  const plain = `${site.host}${site.pathname}`.replace(/\/+$/, '').toLowerCase()
  if (/^[a-z0-9.-]{1,90}$/.test(plain)) return plain
  const digest = createHash('sha256').update(plain).digest('hex').slice(0, 20)
  return `${site.hostname
    .toLowerCase()
    .replace(/[^a-z0-9.-]/g, '')
    .slice(0, 60)}-${digest}`
}
