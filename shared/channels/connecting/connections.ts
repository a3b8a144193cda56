import { createHash } from 'node:crypto'
import { type Idempotency, keyInUse, remember } from '../../aws/idempotency.ts'
import type { Param, Text } from '../../i18n/index.ts'
import { iso } from '../../kernel/clock.ts'
import { AppError, notFound } from '../../kernel/errors.ts'
import { newId } from '../../kernel/ids.ts'
import type { AnyConnector, Connected } from '../../networks/network.ts'
import { asking } from '../asking.ts'
import type { Channel } from '../channel.ts'
import type { Channels } from '../channels.ts'
import { refuseGone } from '../gone.ts'
import { oauthInput } from '../input.ts'
import type { Actor, ChannelParts } from '../parts.ts'
import { otherAccount } from '../refusals.ts'
import { channelsTexts } from '../texts.ts'
import type {
  Choice,
  Chosen,
  Connection,
  NewConnection,
  OpenedAccount,
  Started,
  StoredConnection,
} from './connection.ts'
import {
  awayMs,
  choosingMs,
  connectedFrom,
  connectionWrite,
  keepAccounts,
  readConnection,
  secretText,
  stateWrite,
  takenWrite,
  takeState,
} from './keeping.ts'
import type { ConnectingPage } from './page.ts'
import { returning } from './return-url.ts'
import type { PageName } from './texts.ts'

/** How many accounts become channels side by side. */
const together = 5
/** Characters kept of what a network says on the way back. */
const reasonLength = 300

/** How networks say that the person said no (RFC 6749 §4.1.2.1; LinkedIn has words of its own). */
const denials: ReadonlySet<string> = new Set([
  'access_denied',
  'user_denied',
  'user_cancelled_login',
  'user_cancelled_authorize',
])

export interface Returned extends ConnectingPage {
  /** Where the person is sent instead of being shown a page. */
  readonly to?: string | undefined
  /** For the log: a stable word, never what the network sent. */
  readonly code: string
}

/** Connecting by consent (OAuth 2, RFC 6749 with PKCE, RFC 7636): to the network, back, and the choice of accounts. */
export class Connections {
  readonly #parts: ChannelParts
  readonly #channels: Channels

  constructor(parts: ChannelParts, channels: Channels) {
    this.#parts = parts
    this.#channels = channels
  }

  /**
   * Where to send the person. Throws `network_gone`, `unknown_network`, `connects_by_credentials`, `validation_failed`,
   * `other_network`, `not_found`, `network_not_configured`, `idempotency_key_in_use`, and what {@link asking} makes of a network that is not there.
   */
  async start(workspaceId: string, actor: Actor, wish: NewConnection, idempotency?: Idempotency): Promise<Started> {
    const { table, clock, random } = this.#parts
    refuseGone(wish.network)
    const connector = await this.#parts.connectorOf(wish.network)
    const { name: network, title } = connector
    const oauth = flowOf(connector)
    const input = oauthInput(title, oauth, wish.input)
    if (wish.channelId !== undefined) await this.#channelOf(workspaceId, wish.channelId, connector)
    const [state, codeVerifier] = [secretText(), secretText()]
    const codeChallenge = createHash('sha256').update(codeVerifier).digest('base64url')
    const redirectUri = this.#redirectUri(network)
    const { url, kept = {} } = await asking(this.#parts, connector, (tools) =>
      oauth.authorize(tools, { redirectUri, state, codeChallenge, input }),
    )
    const now = clock.now()
    const connection: StoredConnection = {
      id: newId('connection', now, random),
      workspaceId,
      network,
      actor: { kind: actor.kind, id: actor.id },
      channelId: wish.channelId,
      returnUrl: wish.returnUrl,
      state: 'waiting',
      createdAt: iso(now),
      until: now + awayMs,
    }
    const started = { id: connection.id, authorizeUrl: url, expiresAt: iso(connection.until) }
    const result = await table.transact([
      ...(idempotency === undefined ? [] : [remember(workspaceId, idempotency, 201, started, now)]),
      await stateWrite(this.#parts, state, connection, { codeVerifier, kept }),
      connectionWrite(connection),
    ])
    if (result.ok) return started
    if (idempotency !== undefined && result.index === 0) throw keyInUse()
    throw new Error('The state of a connection is there already.')
  }

  /**
   * The person is back, with what the network gave them. The state is spent before the network is asked, so that a link
   * works once. What goes wrong at the network is kept as the reason; throws only what is no fault of anybody's outside.
   */
  async returned(network: string, query: Readonly<Record<string, string>>): Promise<Returned> {
    const back = query.state === undefined ? undefined : await takeState(this.#parts, network, query.state)
    if (back === undefined) return { page: 'stale', facts: {}, code: 'stale_link' }
    const found = await readConnection(this.#parts, back.workspaceId, back.connectionId)
    if (found === undefined) return { page: 'stale', facts: {}, code: 'stale_link' }
    const { connection } = found
    const connector = await this.#parts.connectorOf(network)
    const { title } = connector
    const refused = refusalIn(query, title)
    if (refused !== undefined) return this.#failed(connection, refused.reason, { ...refused, title })
    try {
      const accounts = await asking(this.#parts, connector, (tools) =>
        flowOf(connector).accounts(tools, {
          code: query.code ?? '',
          redirectUri: this.#redirectUri(network),
          codeVerifier: back.codeVerifier,
          query,
          kept: back.kept,
        }),
      )
      return await this.#opened(connection, connector, accounts)
    } catch (error) {
      if (!(error instanceof AppError)) {
        await this.#failed(connection, channelsTexts.internal(), { page: 'broken', title })
        throw error
      }
      return this.#failed(connection, error.text, { page: 'trouble', title, code: error.code })
    }
  }

  /** Throws `not_found`, also for a connection that somebody else started. */
  async get(workspaceId: string, actor: Actor, id: string): Promise<Connection> {
    const { connection, accounts, taken } = await this.#read(workspaceId, actor, id)
    const known = await this.#channels.connectedAs(
      workspaceId,
      connection.network,
      accounts.map(({ account }) => account.externalId),
    )
    const late = connection.state !== 'failed' && taken.size === 0 && connection.until <= this.#parts.clock.now()
    return {
      id,
      network: connection.network,
      channelId: connection.channelId,
      state: late ? 'failed' : connection.state === 'ready' && taken.size > 0 ? 'done' : connection.state,
      reason: late ? tooLate(connection) : connection.reason,
      accounts: accounts.map(({ account: { externalId, handle, name, picture } }) => ({
        externalId,
        handle,
        name,
        picture,
        channelId: known.get(externalId),
      })),
      createdAt: connection.createdAt,
      expiresAt: iso(connection.until),
    }
  }

  /**
   * The chosen accounts become channels, each for itself; those that are channels already get the new credentials. Chosen
   * again, an account changes nothing. Throws `not_found`, `connection_waiting`, `connection_failed`, `connection_expired`,
   * `unknown_account`, `accounts_required`, `name_of_several`, `other_account`; and, where no account became a channel, why
   * the first did not.
   */
  async choose(workspaceId: string, actor: Actor, id: string, wish: Choice): Promise<Chosen> {
    const { connection, accounts, taken } = await this.#read(workspaceId, actor, id)
    if (connection.state === 'waiting' && connection.until > this.#parts.clock.now())
      throw new AppError('conflict', 'connection_waiting', channelsTexts.notBack())
    if (connection.state === 'failed')
      throw new AppError(
        'conflict',
        'connection_failed',
        connection.reason === undefined
          ? channelsTexts.failed()
          : channelsTexts.startAgain({ reason: connection.reason }),
      )
    if (connection.until <= this.#parts.clock.now())
      throw new AppError('conflict', 'connection_expired', tooLate(connection))
    const connector = await this.#parts.connectorOf(connection.network)
    const chosen = await this.#chosen(connection, connector, accounts, wish)
    const items: Channel[] = []
    const failures: { readonly externalId: string; readonly error: AppError }[] = []
    const work = [...chosen]
    const next = async (): Promise<void> => {
      for (let one = work.shift(); one !== undefined; one = work.shift()) {
        const { externalId } = one.account
        try {
          items.push(await this.#adopt(connection, actor, connector, one, taken.get(externalId), wish))
        } catch (error) {
          if (!(error instanceof AppError)) throw error
          failures.push({ externalId, error })
        }
      }
    }
    await Promise.all(Array.from({ length: together }, next))
    const [first] = failures
    if (first !== undefined && items.length === 0) throw first.error
    return {
      items,
      failed: failures.map(({ externalId, error: { code, message } }) => ({ externalId, code, message })),
    }
  }

  async #adopt(
    connection: StoredConnection,
    actor: Actor,
    connector: AnyConnector,
    one: OpenedAccount,
    takenAs: string | undefined,
    { name, simulated }: Choice,
  ): Promise<Channel> {
    const { workspaceId, id } = connection
    if (takenAs !== undefined) return this.#channels.get(workspaceId, takenAs)
    const { externalId } = one.account
    const channel = await this.#channels.adopt(workspaceId, actor, connector, connectedFrom(connector, one), {
      name,
      simulated,
      once: (channelId) => takenWrite(connection, externalId, channelId),
    })
    if (channel !== undefined) return channel
    const now = await readConnection(this.#parts, workspaceId, id)
    return this.#channels.get(workspaceId, now?.taken.get(externalId) ?? '')
  }

  /** The accounts that are meant, all of them known. */
  async #chosen(
    { workspaceId, channelId }: StoredConnection,
    connector: AnyConnector,
    accounts: readonly OpenedAccount[],
    { accounts: wanted, name }: Choice,
  ): Promise<readonly OpenedAccount[]> {
    const channel = channelId === undefined ? undefined : await this.#channelOf(workspaceId, channelId, connector)
    const [first, second] = accounts
    const only = channel?.account.externalId ?? (second === undefined ? first?.account.externalId : undefined)
    const ids = [...new Set(wanted ?? (only === undefined ? [] : [only]))]
    if (ids.length === 0) throw new AppError('unprocessable', 'accounts_required', channelsTexts.severalAccounts())
    if (name !== undefined && ids.length > 1)
      throw new AppError('unprocessable', 'name_of_several', channelsTexts.oneName())
    return ids.map((externalId, index) => {
      const found = accounts.find(({ account }) => account.externalId === externalId)
      if (found === undefined)
        throw new AppError('unprocessable', 'unknown_account', channelsTexts.notOpened(), {
          problems: [
            { pointer: `/accounts/${index}`, code: 'unknown_account', message: channelsTexts.notAmongAccounts() },
          ],
        })
      if (channel !== undefined && channel.account.externalId !== externalId)
        throw otherAccount(found.account.handle, channel.account.handle)
      return found
    })
  }

  async #opened(
    connection: StoredConnection,
    connector: AnyConnector,
    accounts: readonly Connected<unknown, unknown>[],
  ): Promise<Returned> {
    const { clock, table } = this.#parts
    const { title } = connector
    const { workspaceId, channelId } = connection
    if (accounts.length === 0)
      return this.#failed(connection, channelsTexts.noAccount({ network: title }), {
        page: 'none',
        title,
        code: 'no_accounts',
      })
    if (channelId !== undefined) {
      const wanted = await this.#channelOf(workspaceId, channelId, connector)
      if (!accounts.some(({ account }) => account.externalId === wanted.account.externalId)) {
        const given = accounts.map(({ account }) => account.handle).join(', ')
        const { message, code } = otherAccount(given, wanted.account.handle)
        return this.#failed(connection, message, {
          page: 'other',
          title,
          code,
          facts: { given, wanted: wanted.account.handle },
        })
      }
    }
    const ready = { ...connection, state: 'ready' as const, until: clock.now() + choosingMs }
    await keepAccounts(this.#parts, ready, accounts)
    await table.transact([connectionWrite(ready)])
    return {
      page: 'found',
      code: 'found',
      facts: { network: title },
      accounts: accounts.map(({ account: { name, handle } }) => ({ name, handle })),
      to: connection.returnUrl === undefined ? undefined : returning(connection.returnUrl, connection.id),
    }
  }

  async #failed(
    connection: StoredConnection,
    reason: Text,
    {
      page,
      title,
      code = page,
      facts = {},
    }: {
      readonly page: PageName
      readonly title: string
      readonly code?: string
      readonly facts?: Readonly<Record<string, Param>>
    },
  ): Promise<Returned> {
    await this.#parts.table.transact([connectionWrite({ ...connection, state: 'failed', reason })])
    const { id, returnUrl } = connection
    const to = returnUrl === undefined ? undefined : returning(returnUrl, id)
    return { page, code, facts: { network: title, reason, ...facts }, to }
  }

  async #read(workspaceId: string, actor: Actor, id: string) {
    const found = await readConnection(this.#parts, workspaceId, id)
    // What somebody opened of theirs is for them to choose from, not for their colleagues.
    const mine = found?.connection.actor.kind === actor.kind && found.connection.actor.id === actor.id
    if (found === undefined || !mine) throw notFound('connection', id)
    return found
  }

  async #channelOf(workspaceId: string, channelId: string, { name, title }: AnyConnector): Promise<Channel> {
    const channel = await this.#channels.get(workspaceId, channelId)
    if (channel.network === name) return channel
    throw new AppError(
      'conflict',
      'other_network',
      channelsTexts.otherNetwork({ name: channel.name, network: channel.network, network2: title }),
    )
  }

  readonly #redirectUri = (network: string) => `${this.#parts.publicUrl}/oauth/${network}/callback`
}

function flowOf(connector: AnyConnector) {
  if (connector.oauth !== undefined) return connector.oauth
  throw new AppError('unprocessable', 'connects_by_credentials', channelsTexts.noConsent({ network: connector.title }))
}

/** What the network says instead of giving a code. */
function refusalIn(
  query: Readonly<Record<string, string>>,
  title: string,
):
  | {
      readonly page: 'denied' | 'refused'
      readonly reason: Text
      readonly code: string
      readonly facts: Readonly<Record<string, string>>
    }
  | undefined {
  const { error, error_description: description, code } = query
  if (error === undefined && code !== undefined && code !== '') return undefined
  if (error !== undefined && denials.has(error))
    return { page: 'denied', code: 'access_denied', reason: channelsTexts.notGiven({ network: title }), facts: {} }
  const words = (description || error || 'no code').slice(0, reasonLength)
  return {
    page: 'refused',
    code: 'network_refused',
    reason: channelsTexts.notAllowed({ network: title, words }),
    facts: { reason: words },
  }
}

const tooLate = ({ state }: StoredConnection) =>
  state === 'waiting' ? channelsTexts.nobodyBack() : channelsTexts.nobodyChose()
