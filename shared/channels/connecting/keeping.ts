/** How a connection is kept: the person's way there, sealed and found once, and the accounts they opened, sealed. */
import { createHash, randomBytes } from 'node:crypto'
import * as z from 'zod'
import { entityPartition, keys } from '../../aws/keys.ts'
import type { Write } from '../../aws/table.ts'
import type { AnyConnector, Connected } from '../../networks/network.ts'
import type { ChannelParts } from '../parts.ts'
import {
  type OpenedAccount,
  opened,
  type StoredConnection,
  secrets,
  storedConnection,
  storedPart,
  storedState,
  storedTaken,
} from './connection.ts'

/** How long a person may be away at the network, and how long they may take to choose. */
export const awayMs = 10 * 60_000
export const choosingMs = 60 * 60_000
/** How long one can be told what became of it. */
const toldMs = 24 * 60 * 60_000

const seconds = (ms: number) => Math.floor(ms / 1000)

/** Characters of JSON sealed into one item: a third more once sealed, and an item holds 400 KB. */
const partLength = 200_000

export const hashOf = (state: string): string => createHash('sha256').update(state).digest('base64url')

/** 32 bytes that nobody guesses. Not the injected randomness: who could repeat it could come back as somebody else. */
export const secretText = (): string => randomBytes(32).toString('base64url')

export async function stateWrite(
  { cipher }: ChannelParts,
  state: string,
  { workspaceId, id, network, until }: StoredConnection,
  kept: z.infer<typeof secrets>,
): Promise<Write> {
  const hash = hashOf(state)
  const sealed = await cipher.seal(JSON.stringify(kept), ['oauth', hash])
  const item = { workspaceId, connectionId: id, network, sealed, expiresAt: seconds(until) }
  return { put: { ...keys.oauthState(hash), ...item }, if: ['pk', 'absent'] }
}

export function connectionWrite(connection: StoredConnection): Write {
  return {
    put: {
      ...keys.connection(connection.workspaceId, connection.id),
      ...connection,
      expiresAt: seconds(connection.until + toldMs),
    },
  }
}

/**
 * Who comes back with this state, once: undefined if nobody left with it, for this network, or they came back already,
 * or too late.
 */
export async function takeState({ table, cipher }: ChannelParts, network: string, state: string) {
  const hash = hashOf(state)
  const found = await table.get(keys.oauthState(hash), storedState)
  if (found === undefined || found.network !== network) return undefined
  const taken = await table.write({ delete: keys.oauthState(hash), if: ['pk', 'present'] })
  if (!taken.ok) return undefined
  const kept = secrets.parse(JSON.parse(await cipher.open(found.sealed, ['oauth', hash])))
  return { workspaceId: found.workspaceId, connectionId: found.connectionId, ...kept }
}

const partContext = (workspaceId: string, id: string, part: number) => ['connection', workspaceId, id, String(part)]

/** Seals the accounts and keeps them beside the connection, until they can no longer be chosen. */
export async function keepAccounts(
  { table, cipher, clock }: ChannelParts,
  { workspaceId, id }: StoredConnection,
  accounts: readonly Connected<unknown, unknown>[],
): Promise<void> {
  const expiresAt = seconds(clock.now() + choosingMs)
  for (const [part, text] of partsOf(accounts).entries()) {
    const sealed = await cipher.seal(text, partContext(workspaceId, id, part))
    await table.write({ put: { ...keys.connectionPart(workspaceId, id, part), sealed, expiresAt } })
  }
}

function partsOf(accounts: readonly Connected<unknown, unknown>[]): string[] {
  const parts: string[][] = []
  let length = Number.POSITIVE_INFINITY
  for (const account of accounts) {
    const text = JSON.stringify(account)
    if (length + text.length > partLength) {
      parts.push([])
      length = 0
    }
    parts.at(-1)?.push(text)
    length += text.length
  }
  return parts.map((texts) => `[${texts.join()}]`)
}

/** The connection with what lies beside it: one query. */
export async function readConnection({ table, cipher }: ChannelParts, workspaceId: string, id: string) {
  const item = z.looseObject({ sk: z.string() })
  const items: z.infer<typeof item>[] = []
  let start: Readonly<Record<string, string>> | undefined
  do {
    const page = await table.query(
      { pk: entityPartition(workspaceId, id), consistent: true, ...(start === undefined ? {} : { start }) },
      item,
    )
    items.push(...page.items)
    start = page.next
  } while (start !== undefined)
  const found = items.find(({ sk }) => sk === 'connection')
  if (found === undefined) return undefined
  const below = (prefix: string) => items.filter(({ sk }) => sk.startsWith(prefix))
  const taken = new Map(
    below('taken#').map((one) => {
      const { externalId, channelId } = storedTaken.parse(one)
      return [externalId, channelId] as const
    }),
  )
  const accounts: OpenedAccount[] = []
  for (const [part, one] of below('part#').entries()) {
    const text = await cipher.open(storedPart.parse(one).sealed, partContext(workspaceId, id, part))
    accounts.push(...z.array(opened).parse(JSON.parse(text)))
  }
  return { connection: storedConnection.parse(found), accounts, taken }
}

/** That an account became a channel: its credentials may have been renewed since, so it is taken once. */
export function takenWrite({ workspaceId, id, until }: StoredConnection, externalId: string, channelId: string): Write {
  return {
    put: {
      ...keys.connectionTaken(workspaceId, id, externalId),
      externalId,
      channelId,
      expiresAt: seconds(until + toldMs),
    },
    if: ['pk', 'absent'],
  }
}

/** The account as the connector takes it. */
export function connectedFrom(connector: AnyConnector, one: OpenedAccount): Connected<unknown, unknown> {
  return {
    account: one.account,
    credentials: connector.credentials.parse(one.credentials),
    settings: connector.settings.parse(one.settings),
    ...(one.limits === undefined ? {} : { limits: one.limits }),
    ...(one.expiresAt === undefined ? {} : { expiresAt: one.expiresAt }),
  }
}
