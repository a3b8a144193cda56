/** What a message carries, as the Graph API lists it. */
import * as z from 'zod'
import type { Attachment, InboundEvent } from '../network.ts'

const file = z.object({ url: z.string().optional() }).optional()

const attachments = z
  .object({
    data: z.array(
      z.object({
        name: z.string().optional(),
        mime_type: z.string().optional(),
        file_url: z.string().optional(),
        image_data: file,
        video_data: file,
      }),
    ),
  })
  .optional()
  .catch(undefined)

/** Fields of a message's schema, and how they are asked for. */
export const sentWith = { attachments }
export const sentFields = 'attachments{name,mime_type,file_url,image_data,video_data}'

export function attachedTo(message: {
  readonly attachments?: z.infer<typeof attachments>
}): Pick<InboundEvent, 'attachments'> {
  const all = (message.attachments?.data ?? []).map(
    ({ name, mime_type: mime = '', file_url, image_data, video_data }) => {
      const [sort] = mime.split('/')
      const kind: Attachment['kind'] =
        image_data !== undefined || sort === 'image'
          ? 'image'
          : video_data !== undefined || sort === 'video'
            ? 'video'
            : sort === 'audio'
              ? 'audio'
              : 'file'
      return { kind, name, url: image_data?.url ?? video_data?.url ?? file_url }
    },
  )
  return all.length === 0 ? {} : { attachments: all }
}
