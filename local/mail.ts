/** SESv2's SendEmail: by SMTP if there is a server, else a file that any mail program opens. */
import { randomUUID } from 'node:crypto'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'

const part = z.object({ Data: z.string() })
const addresses = z.array(z.string()).default([])
const input = z.object({
  FromEmailAddress: z.string(),
  ReplyToAddresses: addresses,
  Destination: z.object({ ToAddresses: addresses, CcAddresses: addresses, BccAddresses: addresses }),
  Content: z.object({
    Simple: z
      .object({
        Subject: part,
        Body: z.object({ Text: part.optional(), Html: part.optional() }),
        Headers: z.array(z.object({ Name: z.string(), Value: z.string() })).default([]),
      })
      .optional(),
    Raw: z.object({ Data: z.base64() }).optional(),
  }),
})

export class Mail {
  readonly #folder: string
  readonly #smtpUrl: string | undefined

  constructor(folder: string, smtpUrl: string | undefined) {
    this.#folder = folder
    this.#smtpUrl = smtpUrl
  }

  /** Throws if the SMTP server refuses: the caller tries again. */
  async sendEmail(body: unknown): Promise<object> {
    const { FromEmailAddress: from, Destination, ReplyToAddresses: replyTo, Content } = input.parse(body)
    const { ToAddresses: to, CcAddresses: cc, BccAddresses: bcc } = Destination
    const { Simple, Raw } = Content
    const message = {
      envelope: { from, to: [...to, ...cc, ...bcc] },
      ...(Raw === undefined
        ? {
            from,
            to: [...to],
            cc: [...cc],
            replyTo: [...replyTo],
            subject: Simple?.Subject.Data ?? '',
            ...(Simple?.Body.Text === undefined ? {} : { text: Simple.Body.Text.Data }),
            ...(Simple?.Body.Html === undefined ? {} : { html: Simple.Body.Html.Data }),
            headers: (Simple?.Headers ?? []).map(({ Name, Value }) => ({ key: Name, value: Value })),
          }
        : { raw: Buffer.from(Raw.Data, 'base64') }),
    }
    // Loaded at the first mail: most stages never send one.
    const { createTransport } = await import('nodemailer')
    if (this.#smtpUrl !== undefined) {
      const { messageId } = await createTransport(this.#smtpUrl).sendMail(message)
      return { MessageId: messageId }
    }
    const built = await createTransport({ streamTransport: true, buffer: true, newline: 'unix' }).sendMail(message)
    if (!Buffer.isBuffer(built.message)) throw new Error('The mail was not built.')
    await mkdir(this.#folder, { recursive: true, mode: 0o700 })
    const path = join(this.#folder, `${new Date().toISOString().replaceAll(':', '-')}-${randomUUID().slice(0, 8)}.eml`)
    await writeFile(`${path}.new`, built.message, { mode: 0o600 })
    await rename(`${path}.new`, path)
    return { MessageId: built.messageId }
  }
}
