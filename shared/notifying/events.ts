import * as z from 'zod'
import { textSchema } from '../i18n/index.ts'
import { defineEvent } from '../kernel/events.ts'

/** What was told of an endpoint is over: a delivery arrived, or a person enabled, disabled or removed it. */
export const endpointSettled = defineEvent('endpoint.settled', 1, z.object({ endpointId: z.string() }))

/** A webhook endpoint keeps failing, or was disabled for it. `cause` is the same for every failure of one spell. */
export const endpointFailing = defineEvent(
  'endpoint.failing',
  1,
  z.object({
    endpointId: z.string(),
    /** The host alone: paths and queries of endpoints are often secrets. */
    host: z.string(),
    since: z.string(),
    disabled: z.boolean(),
    reason: textSchema,
    cause: z.string(),
  }),
)
