/** Where calls to the Business Profile APIs go, and what is kept of a location. */
import * as z from 'zod'
import { googlePlatform, hostOf } from '../google/index.ts'
import type { AppConfig } from '../network.ts'
import { hosts, title } from './facts.ts'

const resourceId = z.string().regex(/^[\w-]+$/)

export const credentials = z.object({
  accessToken: z.string(),
  refreshToken: z.string(),
  /** The account through which the location is managed: part of the address of its posts and reviews. */
  accountId: resourceId,
})
export type Credentials = z.infer<typeof credentials>

export const settings = z.object({})
export type Settings = z.infer<typeof settings>

export const businessPlatform = googlePlatform(title)

export const at = (
  app: AppConfig,
  host: keyof typeof hosts,
  path: string,
  query: Readonly<Record<string, string>> = {},
): string => {
  const search = new URLSearchParams({ ...query }).toString()
  return `${hostOf(app, hosts[host])}${path}${search === '' ? '' : `?${search}`}`
}

/** `/v4/accounts/1/locations/2/localPosts` */
export const ofLocation = ({ accountId }: Credentials, locationId: string, ...below: readonly string[]): string =>
  `/v4/accounts/${accountId}/locations/${[locationId, ...below].map(encodeURIComponent).join('/')}`

/** The last part of a resource's name: `2` of `accounts/1/locations/2`. */
export const idIn = (name: string): string => name.slice(name.lastIndexOf('/') + 1)
