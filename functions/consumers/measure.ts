import { follow } from '../../shared/measuring/index.ts'
import { clock, table } from '../container.ts'
import { eachEvent } from './messages.ts'

/** Begins and ends collecting counters. */
export const handler = eachEvent((event) => follow({ table: table(), clock }, event))
