/**
 * What a function may touch, as plain data: permissions and environment variables follow from it (infra), and the
 * container (`functions/container.ts`) reads the same variables. Least privilege is this list.
 */
export const uses = {
  'table:read': ['TABLE_NAME'],
  'table:write': ['TABLE_NAME'],
  'queue:wake': ['WAKE_QUEUE_URL'],
  'queue:publish': ['PUBLISH_QUEUE_URL'],
  'queue:ingest': ['INGEST_QUEUE_URL'],
  'queue:poll': ['POLL_QUEUE_URL'],
  'queue:deliver': ['DELIVER_QUEUE_URL'],
  'queue:collect': ['COLLECT_QUEUE_URL'],
  'queue:letters': ['LETTERS_QUEUE_URL'],
  /** Whether the table and the queues answer: one key of the table that holds nothing, one queue's attributes. */
  health: ['TABLE_NAME', 'PUBLISH_QUEUE_URL'],
  bus: ['BUS_NAME'],
  /** Objects below `media/` of the bucket. The world reads `<MEDIA_URL>/<key>`. */
  'media:read': ['BUCKET_NAME', 'MEDIA_URL'],
  'media:write': ['BUCKET_NAME', 'MEDIA_URL'],
  /** Objects below `uploads/` of the bucket: not looked at yet, read by nobody, gone after a day. */
  uploads: ['BUCKET_NAME'],
  /** Objects below `ingest/` of the bucket: raw deliveries too large for a message. */
  'ingest:read': ['BUCKET_NAME'],
  'ingest:write': ['BUCKET_NAME'],
  /**
   * The keys that encrypt credentials: `{"current":"k1","k1":"<64 random letters and digits>"}`. Every field but
   * `current` is a key by its id; its 32 bytes are the SHA-256 of the string. To rotate: add `k2`, point `current` at it.
   */
  'secret:credentials': ['CREDENTIALS_SECRET_ID'],
  /** One JSON document per network: `<prefix>facebook`, …. */
  'secret:networks': ['NETWORKS_SECRET_PREFIX'],
  /** What the secrets of accounts' own hooks are derived from: `{"key":"<64 random letters and digits>"}`. */
  'secret:hooks': ['HOOKS_SECRET_ID'],
  /** The key that signs cursors and upload tokens: `{"key":"<64 random letters and digits>"}`, used as UTF-8 bytes. */
  'secret:signing': ['SIGNING_SECRET_ID'],
  /** `MAIL_FROM` is the sender; unset: no mail goes out and the notification says so. */
  mail: ['MAIL_FROM'],
} as const satisfies Record<string, readonly string[]>

export type Use = keyof typeof uses

/** Set for every function. `PUBLIC_URL` is the API's own address; `ALLOW_PRIVATE_HOSTS` is `true` on one machine if asked. */
export const commonVariables = ['STAGE', 'PUBLIC_URL', 'ALLOW_PRIVATE_HOSTS', 'OIDC_ISSUER', 'OIDC_AUDIENCE'] as const
