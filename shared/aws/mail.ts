import { SESv2Client, SESv2ServiceException, SendEmailCommand } from '@aws-sdk/client-sesv2'

export interface Letter {
  /** An address alone: a name would have to be encoded, which not every mail server takes as it is. */
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
}

/** This letter to this person will never be taken: the address is wrong or refused. Trying again is no use. */
export class MailRefused extends Error {
  constructor(reason: string, cause: unknown) {
    super(reason, { cause })
    this.name = 'MailRefused'
  }
}

export interface Mail {
  /** Resolves once the letter was taken. Throws {@link MailRefused}, or what else happened, which may pass. */
  send(letter: Letter): Promise<void>
}

/** Refusals of one letter. A paused account or an unverified sender is no such thing: mending it lets the mail go out. */
const refusals = new Set(['MessageRejected', 'BadRequestException'])

/** SES, version 2 of its API. */
export class SesMail implements Mail {
  readonly #client: SESv2Client
  readonly #from: string

  /** `from`: `Parvis <parvis@example.org>` or an address alone, verified in SES. */
  constructor(client: SESv2Client, from: string) {
    this.#client = client
    this.#from = from
  }

  async send({ to, subject, text, html }: Letter): Promise<void> {
    try {
      await this.#client.send(
        new SendEmailCommand({
          FromEmailAddress: oneLine(this.#from),
          Destination: { ToAddresses: [bare(to)] },
          Content: {
            Simple: {
              Subject: { Data: oneLine(subject), Charset: 'UTF-8' },
              Body: { Text: { Data: text, Charset: 'UTF-8' }, Html: { Data: html, Charset: 'UTF-8' } },
            },
          },
        }),
      )
    } catch (error) {
      if (error instanceof SESv2ServiceException && refusals.has(error.name))
        throw new MailRefused(error.message, error)
      throw error
    }
  }
}

/** SES in the region and with the credentials of the environment. */
export const sesMail = (from: string): Mail => new SesMail(new SESv2Client({}), from)

/** A header is one line: a line break would begin another header (RFC 5322 §2.2). */
const oneLine = (text: string) => text.replace(/[\r\n\p{Cc}\u2028\u2029]+/gu, ' ').trim()

const bare = (address: string) => oneLine(address).replace(/[<>,;"\s]/g, '')
