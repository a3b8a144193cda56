/** Every function there is, from the three lists: what is bundled, and what the operations stack watches. */
import { resources } from '../functions/api/routes.ts'
import { consumers } from '../functions/consumers/consumers.ts'
import { schedules } from '../functions/schedules/schedules.ts'

export type FunctionKind = 'api' | 'consumer' | 'schedule'

/** `api-posts`: the bundle, the log group and (after `parvis-<stage>-`) the function are named like this. */
export const functionName = (kind: FunctionKind, name: string) => `${kind}-${name}`

const named = (kind: FunctionKind, list: Readonly<Record<string, { readonly entry: string }>>) =>
  Object.entries(list).map(([name, { entry }]) => ({ name: functionName(kind, name), entry }))

export const allFunctions: readonly { readonly name: string; readonly entry: string }[] = [
  ...named('api', resources),
  ...named('consumer', consumers),
  ...named('schedule', schedules),
]
