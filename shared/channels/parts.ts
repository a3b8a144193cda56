import type { Cipher } from '../aws/cipher.ts'
import type { Table } from '../aws/table.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Random } from '../kernel/ids.ts'
import type { Log } from '../kernel/log.ts'
import type { Exchange, HttpClient } from '../networks/http/client.ts'
import type { Dialer } from '../networks/http/dial.ts'
import type { AnyConnector, AppConfig, Hook, NetworkTools, Newsletters } from '../networks/network.ts'

/** Who changes something, for the audit. */
export interface Actor {
  readonly kind: 'api_key' | 'user'
  readonly id: string
  readonly name: string
}

export interface ChannelParts {
  readonly table: Table
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly cipher: Cipher
  readonly connectorOf: (network: string) => Promise<AnyConnector>
  /** What the deployment knows of a network's app. */
  readonly appOf: (network: string) => Promise<AppConfig>
  /** The safe client, telling of each exchange. */
  readonly httpClient: (record?: (exchange: Exchange) => void) => HttpClient
  /** The same for connections that speak something else. */
  readonly dialer: (record?: (exchange: Exchange) => void) => Dialer
  /** The lists that a channel delivers to. */
  readonly newsletters: (workspaceId: string, channelId: string) => Newsletters
  /** The API's own public address, without a trailing slash. */
  readonly publicUrl: string
  /** The hook of one account: its address, and a secret derived from one of the deployment's. */
  readonly hook: (network: string, subject: string) => Promise<Hook>
}

/**
 * What a connector calls the network with. Every request ends with the signal, whether the connector passes it or not.
 */
export async function toolsFor(
  parts: ChannelParts,
  network: string,
  signal: AbortSignal,
  record?: (exchange: Exchange) => void,
): Promise<NetworkTools> {
  const { clock, random, publicUrl } = parts
  const client = parts.httpClient(record)
  const http: HttpClient = {
    send: (request) =>
      client.send({
        ...request,
        signal: request.signal === undefined ? signal : AbortSignal.any([request.signal, signal]),
      }),
  }
  return {
    http,
    dial: parts.dialer(record),
    clock,
    random,
    app: await parts.appOf(network),
    publicUrl,
    signal,
    hook: (subject) => parts.hook(network, subject),
  }
}
