import * as z from 'zod'
import { handoverAddress, sealHandover } from '../../shared/publishing/handover/token.ts'
import { clock, variable } from '../container.ts'
import { secrets } from './secrets.ts'

const signingSecret = /* @__PURE__ */ z.object({ key: z.string().min(32) })

/** Signs cursors, and the links of what was handed over (`secret:signing`). */
export async function signingKey(): Promise<Uint8Array> {
  const id = variable('SIGNING_SECRET_ID')
  const secret = await secrets().get(id, signingSecret)
  if (secret === undefined) throw new Error(`There is no secret ${id}.`)
  return Buffer.from(secret.key)
}

/** Links to the pages of what this workspace handed over. */
export async function handoverLinks(workspaceId: string): Promise<(publicationId: string) => string> {
  const key = await signingKey()
  return (publicationId) => {
    const token = sealHandover(key, { workspaceId, publicationId }, clock.now())
    return handoverAddress(variable('PUBLIC_URL'), publicationId, token)
  }
}

/**
 * Links to those of these publications that a person has at hand, for callers who may publish: a link is as good as their
 * word that it is done.
 */
export async function handoverLinksFor(
  { workspaceId, scopes }: { readonly workspaceId: string; readonly scopes: ReadonlySet<string> },
  publications: readonly { readonly state: string }[],
): Promise<((publicationId: string) => string) | undefined> {
  if (!scopes.has('posts:publish')) return undefined
  return publications.some(({ state }) => state === 'handed_over') ? handoverLinks(workspaceId) : () => ''
}
