import * as z from 'zod'
import { keys } from '../aws/keys.ts'
import type { Table } from '../aws/table.ts'
import { type Publication, publicationSchema } from './publication.ts'

/** A publication of this workspace; undefined if there is none. */
export function findPublication(table: Table, workspaceId: string, id: string): Promise<Publication | undefined> {
  return table.get(keys.publication(workspaceId, id), publicationSchema)
}

const liveItem = z.object({ publicationId: z.string() })

/** The id of the publication that a network's post is, or undefined if the post is not ours. */
export async function publicationOfLive(
  table: Table,
  workspaceId: string,
  channelId: string,
  externalId: string,
): Promise<string | undefined> {
  return (await table.get(keys.live(workspaceId, channelId, externalId), liveItem))?.publicationId
}
