import { indexes } from './keys.ts'

/** The table's shape, as plain data: what infra deploys, and what tests create on an engine of their own. */
export const tableShape = {
  partitionKey: 'pk',
  sortKey: 'sk',
  timeToLive: 'expiresAt',
  indexes: [
    { name: 'list', ...indexes.list, projection: 'ALL' },
    { name: 'branch', ...indexes.branch, projection: 'ALL' },
    { name: 'wake', ...indexes.wake, projection: 'KEYS_ONLY' },
  ],
} as const

/** The partition that a health check reads. It holds nothing. */
export const healthKey = 'health'
