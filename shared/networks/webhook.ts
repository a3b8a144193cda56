/** What tells of things by webhook: apart from the connectors, so that the receiver's bundle stays small. */
import type { InboundEvent } from './inbound.ts'

/** What the deployment knows of a network's app (client secret, verify token …): one JSON document per network. */
export type AppConfig = Readonly<Record<string, string>>

export interface RawDelivery {
  readonly headers: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string>>
  readonly body: Uint8Array
  /**
   * What stands behind the network in the address: `/webhooks/{network}/{subject}`, for networks whose every account has
   * a hook and a secret of its own ({@link Hook}). Absent for networks with one hook per app.
   */
  readonly subject?: string
}

/** The address and the secret of one account's own hook. The secret is derived, not stored: it is always the same. */
export interface Hook {
  readonly url: string
  /** 43 characters of `A-Za-z0-9_-`. */
  readonly secret: string
}

export interface HandshakeAnswer {
  readonly status: number
  readonly body: string
  /** Default `text/plain; charset=utf-8`. */
  readonly contentType?: string
  /** The request is a delivery as well: it is kept, and this is what its sender hears. */
  readonly keep?: boolean
}

export interface WebhookReceiver {
  /** Whether each account has a hook of its own: then `app.hookSecret` is the secret of the delivery's `subject`. */
  readonly perSubject?: boolean
  /**
   * The answer to a handshake, or undefined if the request is none. Wrong tokens answer 403. Asked for every GET, and for
   * a POST after `verify`; throws AppError `unavailable` where the network should ask again.
   */
  handshake?(
    method: string,
    delivery: RawDelivery,
    app: AppConfig,
  ): HandshakeAnswer | undefined | Promise<HandshakeAnswer | undefined>
  /** Over the raw bytes, in constant time, with every valid secret. */
  verify(delivery: RawDelivery, app: AppConfig): boolean | Promise<boolean>
  /**
   * Parses a verified body: which account each event is for. With hooks per subject, answers only accounts that this
   * subject may speak for. Throws AppError `invalid` for what is not of this network.
   */
  normalize(body: Uint8Array, subject?: string): readonly { readonly accountId: string; readonly event: InboundEvent }[]
}
