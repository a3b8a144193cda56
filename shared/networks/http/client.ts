import { englishOf, type Text } from '../../i18n/index.ts'
/**
 * The one way to reach a host outside. Refuses private, loopback and link-local addresses (checked at connection time,
 * at every redirect), bounds time and size, and tells three failures apart: not sent, no answer, answered.
 */
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly url: string | URL
  readonly headers?: Readonly<Record<string, string>>
  /** A string or bytes go out as they are; `json` and `form` set the content type. */
  readonly body?: string | Uint8Array
  readonly json?: unknown
  readonly form?: Readonly<Record<string, string>> | FormData
  /** What must not be kept of this exchange, in its address or its answer: a platform's token that travels in the path. */
  readonly secrets?: readonly string[]
  readonly signal?: AbortSignal
  /** For this call, from connecting to the last byte. Default 20 s. */
  readonly timeoutMs?: number
  /** Of the answer, after decompression. Default 5 MB. */
  readonly maxBytes?: number
  /** Of a longer answer its first `maxBytes` are enough: it is cut there instead of refused. */
  readonly cut?: boolean
  /** Followed for GET only. Default 0 for other methods, 3 for GET. */
  readonly maxRedirects?: number
}

export interface HttpAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly bytes: Uint8Array
  /** The final address after redirects. */
  readonly url: string
  text(): string
  /** The body as JSON; undefined if it is none. Parse with a schema. */
  json(): unknown
}

/** One exchange as it is kept with the attempt: no headers, no tokens; bodies cut to a few hundred characters and redacted. */
export interface Exchange {
  readonly at: string
  readonly method: string
  /** Without query. */
  readonly url: string
  readonly ms: number
  readonly status?: number
  readonly answer?: string
  readonly error?: string
}

export interface HttpClient {
  /** Resolves with any status. Throws {@link HttpFailure} when there is no answer. */
  send(request: HttpRequest): Promise<HttpAnswer>
}

/** No answer. `sent` tells whether a byte of the request can have left: only then is the effect unknown. */
export class HttpFailure extends Error {
  readonly sent: boolean
  /** For people, in their language; `message` is its English. */
  readonly text: Text
  readonly code:
    | 'blocked_host'
    | 'dns'
    | 'refused'
    | 'tls'
    | 'timeout'
    | 'reset'
    | 'too_large'
    | 'bad_redirect'
    | 'aborted'
    | 'bad_url'

  constructor(code: HttpFailure['code'], sent: boolean, message: Text, cause?: unknown) {
    super(englishOf(message), { cause })
    this.text = message
    this.name = 'HttpFailure'
    this.code = code
    this.sent = sent
  }
}
