import * as z from 'zod'
import { operation } from '../../shared/http/operation.ts'
import {
  ApiKeys,
  apiKeyId,
  apiKeySchema,
  auditSchema,
  createdApiKey,
  listAudit,
  newApiKey,
  newUser,
  Users,
  userChange,
  userId,
  userSchema,
  Workspaces,
  workspaceChange,
  workspaceSchema,
} from '../../shared/workspaces/index.ts'
import { clock, once, random, table } from '../container.ts'
import { resourceHandler } from '../containers/api.ts'

const parts = once(() => ({ table: table(), clock, random }))
const workspaces = once(() => new Workspaces(parts()))
const users = once(() => new Users(parts()))
const apiKeys = once(() => new ApiKeys(parts()))

export const operations = {
  getWorkspace: operation({
    answer: workspaceSchema,
    handle: async ({ caller }) => {
      const workspace = await workspaces().get(caller.workspaceId)
      return { body: workspace, version: workspace.version }
    },
  }),
  updateWorkspace: operation({
    body: workspaceChange,
    answer: workspaceSchema,
    updates: true,
    description: 'What new posts take if they say nothing. What is scheduled stays as it is.',
    handle: async ({ caller, body, ifMatch }) => {
      const workspace = await workspaces().change(caller.workspaceId, caller.actor, body, ifMatch)
      return { body: workspace, version: workspace.version }
    },
  }),
  addUser: operation({
    body: newUser,
    answer: userSchema,
    status: 201,
    creates: true,
    description:
      'The person signs in with this address, verified by the issuer. Nobody gives a role that may more than they do.',
    handle: async ({ caller, body, idempotency }) => {
      const user = await users().add(caller.workspaceId, caller, body, idempotency)
      return { body: user, version: user.version, headers: { location: `/v1/users/${user.id}` } }
    },
  }),
  listUsers: operation({
    answer: userSchema,
    list: true,
    handle: ({ caller, page }) => users().list(caller.workspaceId, page),
  }),
  getUser: operation({
    params: z.object({ userId }),
    answer: userSchema,
    handle: async ({ caller, params }) => {
      const user = await users().get(caller.workspaceId, params.userId)
      return { body: user, version: user.version }
    },
  }),
  updateUser: operation({
    params: z.object({ userId }),
    body: userChange,
    answer: userSchema,
    updates: true,
    description: 'In force with the next request of theirs. The last owner stays one.',
    handle: async ({ caller, params, body, ifMatch }) => {
      const user = await users().change(caller.workspaceId, caller, params.userId, body, ifMatch)
      return { body: user, version: user.version }
    },
  }),
  removeUser: operation({
    params: z.object({ userId }),
    status: 204,
    handle: async ({ caller, params }) => {
      await users().remove(caller.workspaceId, caller, params.userId)
      return {}
    },
  }),
  createApiKey: operation({
    body: newApiKey,
    answer: createdApiKey,
    status: 201,
    creates: true,
    description:
      'The token is shown once and kept nowhere: a repeat with the same Idempotency-Key answers the key without it. A key cannot do more than whoever makes it.',
    handle: async ({ caller, body, idempotency }) => {
      const { apiKey, token } = await apiKeys().create(caller.workspaceId, caller, body, idempotency)
      return { body: { ...apiKey, token } }
    },
  }),
  listApiKeys: operation({
    answer: apiKeySchema,
    list: true,
    handle: ({ caller, page }) => apiKeys().list(caller.workspaceId, page),
  }),
  revokeApiKey: operation({
    params: z.object({ keyId: apiKeyId }),
    status: 204,
    description:
      'Refused from the next request on. A key may revoke itself, but none that may do more than itself, and not the last one that may do everything.',
    handle: async ({ caller, params }) => {
      await apiKeys().revoke(caller.workspaceId, caller, params.keyId)
      return {}
    },
  }),
  listAudit: operation({
    answer: auditSchema,
    list: true,
    description: 'Newest first.',
    handle: ({ caller, page }) => listAudit(table(), caller.workspaceId, page),
  }),
}

export const handler = resourceHandler('workspace', operations)
