import * as z from 'zod'
import { keys } from '../../../shared/aws/keys.ts'
import type { Postman } from '../../../shared/networks/network.ts'
import { Deliverer, Lists, NewsletterDesk, Subscribers } from '../../../shared/newsletters/index.ts'
import { issueRecord } from '../../../shared/newsletters/issue.ts'
import type { Protocol, Stand } from './stand.ts'

const readers = 4

/** A list with its readers, and a mail server. `sent` are the addresses of the letters that arrived. */
async function mailing(stand: Stand, sent: string[]) {
  const { clock, table, log, channel, random } = stand
  const { workspaceId, id: channelId } = channel
  const postman = async (): Promise<Postman> => ({
    send: async ({ to }) => {
      const manner = stand.manner()
      try {
        await stand.call(() => sent.push(to), { manner })
        return { kind: 'sent', answer: '250 ok' }
      } catch {
        // where the server surely did not take it, the letter may be tried again
        return manner === 'refuse'
          ? { kind: 'transient', message: 'connection refused' }
          : { kind: 'unknown', message: 'the answer was lost' }
      }
    },
    close: () => {},
  })
  const parts = { table, clock, random, log }
  const queue = { send: async () => {} }
  const deliverer = () =>
    new Deliverer({ ...parts, queue, channels: stand.directory({ postman }), publicUrl: 'https://parvis.example' })
  const list = await new Lists({ ...parts, networkOf: async () => 'email' }).create(
    workspaceId,
    {
      name: 'La lettre du fournil',
      channelId,
      language: 'fr',
      wording: 'J’accepte de recevoir la lettre du fournil une fois par mois.',
      footer: 'La boulangerie du port\n1 quai des Brumes, 29000 Quimper',
      countOpens: false,
      askTracking: false,
      inactiveAfterDays: 1095,
    },
    () => [],
  )
  const desk = new NewsletterDesk({ ...parts, queue: () => queue }, workspaceId, channelId)
  return { deliverer, desk, list: { ...list, workspaceId }, subscribers: new Subscribers(parts) }
}

const twice = (sent: readonly string[]) => {
  const found = sent.find((to, index) => sent.indexOf(to) !== index)
  return found === undefined ? [] : [`${found} got it twice`]
}

/** An issue to a few readers. */
export const issues: Protocol = {
  name: 'newsletter issues',
  async open(stand) {
    const { table, clock, channel } = stand
    const { workspaceId } = channel
    const sent: string[] = []
    const { deliverer, desk, list, subscribers } = await mailing(stand, sent)
    const proof = { at: new Date(clock.now()).toISOString(), source: 'caisse', wording: list.wording }
    const emails = Array.from({ length: readers }, (_, i) => ({ email: `reader${i}@lecteurs.example` }))
    await subscribers.import(list, { proof, subscribers: emails })
    const key = 'pub_1.1'
    await desk.start({ key, listId: list.id, subject: 'Été', text: 'Bonjour.', language: 'fr' })
    return {
      targets: [{ kind: 'issue', workspaceId, issueKey: key }],
      wake: async (message) => (message.kind === 'issue' ? deliverer().wake(message) : undefined),
      check: async () => twice(sent),
      atEnd: async () => {
        const issue = await table.get(keys.issue(workspaceId, key), issueRecord)
        if (issue === undefined || issue.state !== 'finished') return [`the issue is ${issue?.state} in the end`]
        const counted = issue.sent + issue.unknown + issue.refused
        const wrong = issue.sent > sent.length || sent.length > issue.sent + issue.unknown
        return [
          ...(counted === readers ? [] : [`${counted} of ${readers} copies are counted`]),
          ...(wrong ? [`${sent.length} arrived; ${issue.sent} are counted as sent, ${issue.unknown} as unknown`] : []),
        ]
      },
    }
  },
}

/** Somebody asks to be on the list, and asks again. */
export const confirmations: Protocol = {
  name: 'confirmations',
  async open(stand) {
    const { table, random, channel, clock } = stand
    const { workspaceId } = channel
    const sent: string[] = []
    const { deliverer, list, subscribers } = await mailing(stand, sent)
    const asking = new Set<string>()
    const ask = async () => {
      const made = await subscribers.ask(list, { email: 'lea@lecteurs.example', source: 'page' }, () => [])
      asking.add(made.proof.at)
      return made
    }
    const { id } = await ask()
    return {
      targets: [{ kind: 'confirmation', workspaceId, subscriberId: id }],
      wake: async (message) => (message.kind === 'confirmation' ? deliverer().wake(message) : undefined),
      meanwhile: async () => {
        if (random.chance(0.5)) clock.advance(clock.now() + 3_600_000)
        await ask()
      },
      check: async () =>
        sent.length <= asking.size ? [] : [`${sent.length} letters for ${asking.size} times that they asked`],
      atEnd: async () => {
        const waits = await table.get(keys.subscriber(workspaceId, id), z.object({ wakeAt: z.string().optional() }))
        return waits?.wakeAt === undefined ? [] : ['it waits for ever']
      },
    }
  },
}
