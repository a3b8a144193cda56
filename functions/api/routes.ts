/** THE list of routes, as plain data. infra makes one function per resource of it; the OpenAPI document names follow it. */
import type { Scope } from '../../shared/kernel/scopes.ts'
import type { Use } from '../uses.ts'

export interface Resource {
  readonly entry: string
  /** `ANY <mount>` and `ANY <mount>/{proxy+}` lead to this function. */
  readonly mounts: readonly string[]
  readonly uses: readonly Use[]
  /** Seconds; the gateway gives up at 30. */
  readonly timeout?: number
  /** MB, default 1024; processor time grows with it. */
  readonly memory?: number
}

const auth = ['table:read', 'table:write', 'secret:signing'] as const

export const resources = {
  workspace: {
    entry: 'functions/api/workspace.ts',
    mounts: ['/v1/workspace', '/v1/users', '/v1/api-keys', '/v1/audit'],
    uses: [...auth],
  },
  channels: {
    entry: 'functions/api/channels.ts',
    mounts: ['/v1/channels', '/v1/networks'],
    uses: [...auth, 'secret:credentials', 'secret:networks', 'secret:hooks', 'queue:publish'],
    timeout: 29,
  },
  media: {
    entry: 'functions/api/media.ts',
    mounts: ['/v1/media'],
    uses: [...auth, 'media:read', 'media:write', 'uploads'],
    timeout: 29,
  },
  posts: { entry: 'functions/api/posts.ts', mounts: ['/v1/posts'], uses: [...auth, 'queue:publish', 'media:read'] },
  publications: {
    entry: 'functions/api/publications.ts',
    mounts: ['/v1/publications'],
    uses: [...auth, 'queue:publish', 'media:read'],
  },
  mentions: {
    entry: 'functions/api/mentions.ts',
    mounts: ['/v1/mentions'],
    uses: [...auth, 'secret:credentials', 'secret:networks', 'secret:hooks'],
    timeout: 29,
  },
  metrics: { entry: 'functions/api/metrics.ts', mounts: [], uses: [...auth] },
  notifications: { entry: 'functions/api/notifications.ts', mounts: ['/v1/notifications'], uses: [...auth] },
  endpoints: {
    entry: 'functions/api/endpoints.ts',
    mounts: ['/v1/webhook-endpoints'],
    uses: [...auth, 'secret:credentials', 'queue:deliver'],
  },
  feeds: { entry: 'functions/api/feeds.ts', mounts: ['/feeds'], uses: ['table:read', 'table:write', 'media:read'] },
  docs: { entry: 'functions/api/docs.ts', mounts: ['/docs', '/openapi.json', '/health'], uses: [] },
  webhooks: {
    entry: 'functions/webhooks/receive.ts',
    mounts: ['/webhooks'],
    uses: ['queue:ingest', 'ingest:write', 'secret:networks', 'secret:hooks'],
    timeout: 10,
    memory: 1769,
  },
} as const satisfies Record<string, Resource>

export type ResourceName = keyof typeof resources

export interface Route {
  readonly resource: ResourceName
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'
  readonly path: `/${string}`
  /** Name of the operation in the resource's file; the OpenAPI `operationId`. */
  readonly operation: string
  /** `public`: no key needed. */
  readonly access: Scope | 'public'
  readonly summary: string
}

export const routes = [
  // workspaces, people and keys
  {
    resource: 'workspace',
    method: 'GET',
    path: '/v1/workspace',
    operation: 'getWorkspace',
    access: 'workspace:read',
    summary: 'Read the workspace',
  },
  {
    resource: 'workspace',
    method: 'PATCH',
    path: '/v1/workspace',
    operation: 'updateWorkspace',
    access: 'workspace:write',
    summary: 'Change name, zone, language, country or late policy',
  },
  {
    resource: 'workspace',
    method: 'POST',
    path: '/v1/users',
    operation: 'addUser',
    access: 'workspace:write',
    summary: 'Add a person with a role',
  },
  {
    resource: 'workspace',
    method: 'GET',
    path: '/v1/users',
    operation: 'listUsers',
    access: 'workspace:read',
    summary: 'List the people',
  },
  {
    resource: 'workspace',
    method: 'GET',
    path: '/v1/users/{userId}',
    operation: 'getUser',
    access: 'workspace:read',
    summary: 'Read a person',
  },
  {
    resource: 'workspace',
    method: 'PATCH',
    path: '/v1/users/{userId}',
    operation: 'updateUser',
    access: 'workspace:write',
    summary: 'Change a role or name',
  },
  {
    resource: 'workspace',
    method: 'DELETE',
    path: '/v1/users/{userId}',
    operation: 'removeUser',
    access: 'workspace:write',
    summary: 'Remove a person',
  },
  {
    resource: 'workspace',
    method: 'POST',
    path: '/v1/api-keys',
    operation: 'createApiKey',
    access: 'workspace:write',
    summary: 'Create an API key (shown once)',
  },
  {
    resource: 'workspace',
    method: 'GET',
    path: '/v1/api-keys',
    operation: 'listApiKeys',
    access: 'workspace:read',
    summary: 'List the API keys',
  },
  {
    resource: 'workspace',
    method: 'DELETE',
    path: '/v1/api-keys/{keyId}',
    operation: 'revokeApiKey',
    access: 'workspace:write',
    summary: 'Revoke an API key',
  },
  {
    resource: 'workspace',
    method: 'GET',
    path: '/v1/audit',
    operation: 'listAudit',
    access: 'audit:read',
    summary: 'Who changed what',
  },

  // channels
  {
    resource: 'channels',
    method: 'GET',
    path: '/v1/networks',
    operation: 'listNetworks',
    access: 'channels:read',
    summary: 'What each network can do',
  },
  {
    resource: 'channels',
    method: 'POST',
    path: '/v1/channels',
    operation: 'createChannel',
    access: 'channels:write',
    summary: 'Connect an account',
  },
  {
    resource: 'channels',
    method: 'GET',
    path: '/v1/channels',
    operation: 'listChannels',
    access: 'channels:read',
    summary: 'List the channels',
  },
  {
    resource: 'channels',
    method: 'GET',
    path: '/v1/channels/{channelId}',
    operation: 'getChannel',
    access: 'channels:read',
    summary: 'Read a channel',
  },
  {
    resource: 'channels',
    method: 'PATCH',
    path: '/v1/channels/{channelId}',
    operation: 'updateChannel',
    access: 'channels:write',
    summary: 'Change its name or settings',
  },
  {
    resource: 'channels',
    method: 'POST',
    path: '/v1/channels/{channelId}/pause',
    operation: 'pauseChannel',
    access: 'channels:write',
    summary: 'Stop sending on this channel',
  },
  {
    resource: 'channels',
    method: 'POST',
    path: '/v1/channels/{channelId}/resume',
    operation: 'resumeChannel',
    access: 'channels:write',
    summary: 'Send again on this channel',
  },
  {
    resource: 'channels',
    method: 'POST',
    path: '/v1/channels/{channelId}/reconnect',
    operation: 'reconnectChannel',
    access: 'channels:write',
    summary: 'Give new credentials',
  },
  {
    resource: 'channels',
    method: 'DELETE',
    path: '/v1/channels/{channelId}',
    operation: 'deleteChannel',
    access: 'channels:write',
    summary: 'Disconnect',
  },

  // media
  {
    resource: 'media',
    method: 'POST',
    path: '/v1/media',
    operation: 'createMedia',
    access: 'media:write',
    summary: 'Get a presigned upload',
  },
  {
    resource: 'media',
    method: 'POST',
    path: '/v1/media/{mediaId}/complete',
    operation: 'completeMedia',
    access: 'media:write',
    summary: 'Read what was uploaded',
  },
  {
    resource: 'media',
    method: 'GET',
    path: '/v1/media',
    operation: 'listMedia',
    access: 'media:read',
    summary: 'List the media',
  },
  {
    resource: 'media',
    method: 'GET',
    path: '/v1/media/{mediaId}',
    operation: 'getMedia',
    access: 'media:read',
    summary: 'Read a medium',
  },
  {
    resource: 'media',
    method: 'PATCH',
    path: '/v1/media/{mediaId}',
    operation: 'updateMedia',
    access: 'media:write',
    summary: 'Change alt text, credit or focus',
  },
  {
    resource: 'media',
    method: 'GET',
    path: '/v1/media/{mediaId}/fitted',
    operation: 'getFittedMedia',
    access: 'media:read',
    summary: 'Read a medium as a channel’s network gets it',
  },
  {
    resource: 'media',
    method: 'DELETE',
    path: '/v1/media/{mediaId}',
    operation: 'deleteMedia',
    access: 'media:write',
    summary: 'Delete a medium',
  },

  // posts and publications
  {
    resource: 'posts',
    method: 'POST',
    path: '/v1/posts',
    operation: 'createPost',
    access: 'posts:write',
    summary: 'Write a post, and schedule it',
  },
  {
    resource: 'posts',
    method: 'POST',
    path: '/v1/posts/validate',
    operation: 'validatePost',
    access: 'posts:write',
    summary: 'Check a post against each channel',
  },
  {
    resource: 'posts',
    method: 'GET',
    path: '/v1/posts',
    operation: 'listPosts',
    access: 'posts:read',
    summary: 'List the posts',
  },
  {
    resource: 'posts',
    method: 'GET',
    path: '/v1/posts/{postId}',
    operation: 'getPost',
    access: 'posts:read',
    summary: 'Read a post with its publications',
  },
  {
    resource: 'posts',
    method: 'PATCH',
    path: '/v1/posts/{postId}',
    operation: 'updatePost',
    access: 'posts:write',
    summary: 'Edit a post',
  },
  {
    resource: 'posts',
    method: 'POST',
    path: '/v1/posts/{postId}/schedule',
    operation: 'schedulePost',
    access: 'posts:write',
    summary: 'Schedule or reschedule',
  },
  {
    resource: 'posts',
    method: 'POST',
    path: '/v1/posts/{postId}/cancel',
    operation: 'cancelPost',
    access: 'posts:write',
    summary: 'Cancel what has not left',
  },
  {
    resource: 'posts',
    method: 'DELETE',
    path: '/v1/posts/{postId}',
    operation: 'deletePost',
    access: 'posts:write',
    summary: 'Delete, with or without removing from the networks',
  },
  {
    resource: 'publications',
    method: 'GET',
    path: '/v1/publications',
    operation: 'listPublications',
    access: 'posts:read',
    summary: 'List by state, channel and time',
  },
  {
    resource: 'publications',
    method: 'GET',
    path: '/v1/publications/{publicationId}',
    operation: 'getPublication',
    access: 'posts:read',
    summary: 'Read a publication with every attempt',
  },
  {
    resource: 'publications',
    method: 'POST',
    path: '/v1/publications/{publicationId}/schedule',
    operation: 'schedulePublication',
    access: 'posts:write',
    summary: 'Reschedule one',
  },
  {
    resource: 'publications',
    method: 'POST',
    path: '/v1/publications/{publicationId}/cancel',
    operation: 'cancelPublication',
    access: 'posts:write',
    summary: 'Cancel one',
  },
  {
    resource: 'publications',
    method: 'POST',
    path: '/v1/publications/{publicationId}/resolve',
    operation: 'resolvePublication',
    access: 'posts:write',
    summary: 'Settle an unconfirmed one',
  },
  {
    resource: 'publications',
    method: 'POST',
    path: '/v1/publications/{publicationId}/retry',
    operation: 'retryPublication',
    access: 'posts:write',
    summary: 'Try a rejected, failed or missed one again',
  },
  {
    resource: 'publications',
    method: 'DELETE',
    path: '/v1/publications/{publicationId}',
    operation: 'deletePublication',
    access: 'posts:write',
    summary: 'Remove one from its network',
  },

  // the exchange
  {
    resource: 'mentions',
    method: 'GET',
    path: '/v1/mentions',
    operation: 'listMentions',
    access: 'mentions:read',
    summary: 'List by channel, kind and time',
  },
  {
    resource: 'mentions',
    method: 'GET',
    path: '/v1/mentions/{mentionId}',
    operation: 'getMention',
    access: 'mentions:read',
    summary: 'Read a mention',
  },
  {
    resource: 'mentions',
    method: 'POST',
    path: '/v1/mentions',
    operation: 'createMention',
    access: 'mentions:write',
    summary: 'Note something said elsewhere',
  },
  {
    resource: 'mentions',
    method: 'POST',
    path: '/v1/mentions/{mentionId}/actions',
    operation: 'createMentionAction',
    access: 'mentions:write',
    summary: 'Answer or moderate',
  },
  {
    resource: 'mentions',
    method: 'GET',
    path: '/v1/mentions/{mentionId}/actions',
    operation: 'listMentionActions',
    access: 'mentions:read',
    summary: 'What was done with a mention',
  },

  // measuring
  {
    resource: 'metrics',
    method: 'GET',
    path: '/v1/publications/{publicationId}/metrics',
    operation: 'getPublicationMetrics',
    access: 'metrics:read',
    summary: 'Counters, engagement and rates of a publication',
  },
  {
    resource: 'metrics',
    method: 'PUT',
    path: '/v1/publications/{publicationId}/metrics',
    operation: 'setPublicationMetrics',
    access: 'metrics:write',
    summary: 'Write counters by hand where a network tells none',
  },
  {
    resource: 'metrics',
    method: 'GET',
    path: '/v1/channels/{channelId}/metrics',
    operation: 'getChannelMetrics',
    access: 'metrics:read',
    summary: 'Counters of a channel by day, week or month',
  },

  // telling people and machines
  {
    resource: 'notifications',
    method: 'GET',
    path: '/v1/notifications',
    operation: 'listNotifications',
    access: 'notifications:read',
    summary: 'What needs somebody',
  },
  {
    resource: 'notifications',
    method: 'POST',
    path: '/v1/notifications/{notificationId}/read',
    operation: 'readNotification',
    access: 'notifications:write',
    summary: 'Mark as read',
  },
  {
    resource: 'endpoints',
    method: 'POST',
    path: '/v1/webhook-endpoints',
    operation: 'createEndpoint',
    access: 'endpoints:write',
    summary: 'Add an endpoint (its secret is shown once)',
  },
  {
    resource: 'endpoints',
    method: 'GET',
    path: '/v1/webhook-endpoints',
    operation: 'listEndpoints',
    access: 'endpoints:read',
    summary: 'List the endpoints',
  },
  {
    resource: 'endpoints',
    method: 'GET',
    path: '/v1/webhook-endpoints/{endpointId}',
    operation: 'getEndpoint',
    access: 'endpoints:read',
    summary: 'Read an endpoint',
  },
  {
    resource: 'endpoints',
    method: 'PATCH',
    path: '/v1/webhook-endpoints/{endpointId}',
    operation: 'updateEndpoint',
    access: 'endpoints:write',
    summary: 'Change address, events or state',
  },
  {
    resource: 'endpoints',
    method: 'DELETE',
    path: '/v1/webhook-endpoints/{endpointId}',
    operation: 'deleteEndpoint',
    access: 'endpoints:write',
    summary: 'Remove an endpoint',
  },
  {
    resource: 'endpoints',
    method: 'POST',
    path: '/v1/webhook-endpoints/{endpointId}/rotate-secret',
    operation: 'rotateEndpointSecret',
    access: 'endpoints:write',
    summary: 'New secret; the old one signs too for 24 h',
  },
  {
    resource: 'endpoints',
    method: 'GET',
    path: '/v1/webhook-endpoints/{endpointId}/deliveries',
    operation: 'listDeliveries',
    access: 'endpoints:read',
    summary: 'The delivery log',
  },
  {
    resource: 'endpoints',
    method: 'POST',
    path: '/v1/webhook-endpoints/{endpointId}/deliveries/{deliveryId}/replay',
    operation: 'replayDelivery',
    access: 'endpoints:write',
    summary: 'Deliver once more, with the same event id',
  },

  // open to everyone
  {
    resource: 'feeds',
    method: 'GET',
    path: '/feeds/{feedId}/{format}',
    operation: 'getFeed',
    access: 'public',
    summary: 'The public feed of a feed channel: rss, atom, json, or html to read',
  },
  {
    resource: 'docs',
    method: 'GET',
    path: '/openapi.json',
    operation: 'getOpenApi',
    access: 'public',
    summary: 'This API as OpenAPI 3.1',
  },
  {
    resource: 'docs',
    method: 'GET',
    path: '/docs',
    operation: 'getDocs',
    access: 'public',
    summary: 'This API as a page',
  },
  {
    resource: 'docs',
    method: 'GET',
    path: '/docs/{asset}',
    operation: 'getDocsAsset',
    access: 'public',
    summary: 'What the page needs',
  },
  {
    resource: 'docs',
    method: 'GET',
    path: '/health',
    operation: 'getHealth',
    access: 'public',
    summary: 'Whether the API answers',
  },
  {
    resource: 'webhooks',
    method: 'GET',
    path: '/webhooks/{network}',
    operation: 'handshake',
    access: 'public',
    summary: 'Handshake of a network',
  },
  {
    resource: 'webhooks',
    method: 'POST',
    path: '/webhooks/{network}',
    operation: 'receive',
    access: 'public',
    summary: 'Signed deliveries of a network',
  },
] as const satisfies readonly Route[]

type RouteEntry = (typeof routes)[number]
/** The operations a resource's file must have: a route without its function does not compile. */
export type OperationName<R extends ResourceName> = Extract<RouteEntry, { resource: R }>['operation']
