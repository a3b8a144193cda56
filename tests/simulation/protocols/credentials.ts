import * as z from 'zod'
import { keys } from '../../../shared/aws/keys.ts'
import { Channels } from '../../../shared/channels/index.ts'
import { AppError } from '../../../shared/kernel/errors.ts'
import type { AnyConnector } from '../../../shared/networks/network.ts'
import { Parrot } from '../../inbox/parrot.ts'
import type { Invocation } from '../faults.ts'
import type { Protocol, Stand } from './stand.ts'

const tokens = z.object({ refresh: z.string() })
const dayMs = 86_400_000
/** The connector's calls end by then. */
const refreshMs = 25_000

interface Spending {
  readonly token: string
  readonly by: Invocation | undefined
  /** The network was asked in vain: the token is good as before, as far as anybody knows. */
  failed: boolean
}

/** Credentials that rotate: renewed by the schedule and by whoever needs them at the same time. */
export const credentials: Protocol = {
  name: 'credentials',
  endless: true,
  longestStallMs: 500,
  async open(stand: Stand) {
    const { clock, random, table, log, cipher } = stand
    const spent: Spending[] = []
    let issued = 'token-0'
    const refresh: AnyConnector['refresh'] = async (_, old) => {
      const token = tokens.parse(old).refresh
      const by = stand.current
      // who died at it stores nothing, whatever the network did
      const earlier = spent.find((one) => one.token === token && !one.failed && one.by?.dead !== true)
      // what is due is renewed once, however often its message comes
      const message = by?.name.split('#')[0]
      if (
        message?.startsWith('wake ') &&
        spent.some((one) => !one.failed && !one.by?.dead && one.by?.name.startsWith(`${message}#`))
      )
        stand.violations.add(`renewed twice for one due time: ${message}`)
      if (earlier !== undefined) stand.violations.add(`${token} is spent by ${earlier.by?.name}, then by ${by?.name}`)
      const spending: Spending = { token, by, failed: false }
      spent.push(spending)
      try {
        const fresh = await stand.call(
          () => {
            issued = `token-${spent.length}`
            return { refresh: issued }
          },
          { longestMs: refreshMs, keepsDueTime: true },
        )
        return { credentials: fresh, expiresAt: clock.now() + 60 * dayMs }
      } catch (error) {
        spending.failed = true
        throw error
      }
    }
    const connect: AnyConnector['connect'] = async () => ({
      account: { externalId: 'account-1', handle: '@parrot', name: 'Parrot' },
      credentials: { refresh: issued },
      settings: {},
      expiresAt: clock.now() + 60 * dayMs,
    })
    const connector: AnyConnector = { ...new Parrot().connector, credentials: tokens, refresh, connect }
    const functions = () =>
      new Channels({
        table,
        clock,
        random,
        log,
        cipher,
        connectorOf: async () => connector,
        appOf: async () => ({}),
        httpClient: () => ({ send: () => Promise.reject(new Error('not simulated')) }),
        dialer: () => ({ dial: () => Promise.reject(new Error('not simulated')) }) as never,
        newsletters: () => ({}) as never,
        publicUrl: 'https://parvis.example',
        hook: () => Promise.reject(new Error('not simulated')),
      })
    const workspaceId = 'ws_1'
    const { id: channelId } = await functions().create(
      workspaceId,
      { kind: 'user', id: 'user_1', name: 'Ana' },
      { network: 'parrot', credentials: {}, settings: {} },
      { idempotency: undefined, status: 201, body: () => ({}) },
    )
    const open = () => functions().open(workspaceId, channelId, new AbortController().signal)
    return {
      targets: [{ kind: 'credentials', workspaceId, channelId }],
      wake: async (message) => (message.kind === 'credentials' ? functions().renew(message) : undefined),
      // a sender whose call was refused renews them, and another one opens the channel
      meanwhile: async () => {
        try {
          const { call } = await open()
          if (random.chance(0.5)) await call.credentials.refresh()
        } catch (error) {
          if (!(error instanceof AppError)) throw error // a refusal is an answer
        }
      },
      check: async () => [],
      atEnd: async () => {
        if (spent.some(({ failed, by }) => failed || by?.dead === true)) return []
        const { call } = await open()
        const stored = tokens.parse(call.credentials.current()).refresh
        const waits = await table.get(
          keys.credentials(workspaceId, channelId),
          z.object({ wakeSk: z.string().optional() }),
        )
        return [
          ...(stored === issued ? [] : [`the network's newest is ${issued}, what is stored ${stored}`]),
          ...(waits?.wakeSk === undefined ? ['nobody will renew them'] : []),
        ]
      },
    }
  },
}
