import * as z from 'zod'
import { keys } from '../aws/keys.ts'
import type { Table } from '../aws/table.ts'
import { said } from '../i18n/index.ts'
import { idPattern } from '../kernel/ids.ts'
import { workspacesTexts } from './texts.ts'

export const workspaceId = z.string().regex(idPattern('workspace'))

/** An IANA time zone that this runtime knows, such as Europe/Paris. */
export const zoneSchema = z
  .string()
  .max(64)
  .refine(isZone, {
    error: said(workspacesTexts.noZone()),
    params: { code: 'unknown_zone' },
  })
  .meta({ example: 'Europe/Paris' })

function isZone(zone: string): boolean {
  // An offset such as +02:00 has no daylight saving: a person who plans by it would be an hour off half the year.
  if (!/^[A-Za-z][A-Za-z0-9_+\-/]*$/.test(zone)) return false
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

const nameSchema = z.string().trim().min(1).max(100)
const languageSchema = z.string().regex(/^[a-z]{2,3}(-[A-Z]{2})?$/, said(workspacesTexts.languageTag()))
const countrySchema = z.string().regex(/^[A-Z]{2}$/, said(workspacesTexts.countryCode()))
/** Leave all the same when at most this late, else `missed`. */
const latePolicySchema = z.object({
  graceMinutes: z
    .number()
    .int()
    .min(0)
    .max(7 * 24 * 60),
})

/** A brand or client: the tenant. Zone, language, country and late policy are what a post takes if it says nothing. */
export const workspaceSchema = z.object({
  id: workspaceId,
  name: nameSchema,
  zone: zoneSchema,
  language: languageSchema,
  country: countrySchema,
  latePolicy: latePolicySchema,
  version: z.number().int(),
  createdAt: z.string(),
  updatedAt: z.string(),
})
export type Workspace = z.infer<typeof workspaceSchema>

export const workspaceChange = workspaceSchema
  .pick({ name: true, zone: true, language: true, country: true, latePolicy: true })
  .partial()
export type WorkspaceChange = z.infer<typeof workspaceChange>

/** The workspace; undefined if there is none. 1 RCU. */
export const findWorkspace = (table: Table, id: string): Promise<Workspace | undefined> =>
  table.get(keys.workspace(id), workspaceSchema)
