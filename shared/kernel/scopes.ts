/** THE list of what a key or a role may be allowed. Each route of `functions/api/routes.ts` names the one it needs. */
export const scopes = [
  'workspace:read',
  'workspace:write',
  'channels:read',
  'channels:write',
  'media:read',
  'media:write',
  'posts:read',
  'posts:write',
  'posts:publish',
  'mentions:read',
  'mentions:write',
  'metrics:read',
  'metrics:write',
  'notifications:read',
  'notifications:write',
  'endpoints:read',
  'endpoints:write',
  'audit:read',
] as const
export type Scope = (typeof scopes)[number]
