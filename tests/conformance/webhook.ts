/** The part of the conformance kit for networks that tell by webhook. */
import { beforeAll, describe, expect, it } from 'vitest'
import { AppError } from '../../shared/kernel/errors.ts'
import type { AppConfig, InboundEvent, RawDelivery, WebhookReceiver } from '../../shared/networks/network.ts'
import { webhookOf } from '../../shared/networks/registry.ts'
import type { Injected, Signing, Simulator } from '../simulators/simulator.ts'
import { newText, type Session } from './session.ts'

interface Stage {
  simulator(): Simulator
  session(): Session
}

export function webhookConformance(network: string, { simulator, session }: Stage, comesIn: readonly string[]): void {
  describe('webhooks', () => {
    let receiver: WebhookReceiver
    beforeAll(async () => {
      const found = await webhookOf(network)
      if (found === undefined) throw new Error(`${network} declares webhooks and the registry has no receiver.`)
      receiver = found
    })
    const app = (): AppConfig => simulator().access().app
    const delivered = (injected: Injected): RawDelivery => {
      if (injected.delivery === undefined) throw new Error('The simulator made no delivery.')
      return injected.delivery
    }
    const signing = (): Signing => {
      const { signing: found } = simulator()
      if (found === undefined) throw new Error('The simulator does not sign.')
      return found
    }
    const mention = async () => delivered(await simulator().mention(newText()))

    it('answers the handshake to who knows the token, and to nobody else', () => {
      const token = 'a-token-chosen-in-the-settings'
      const { method, delivery, expects } = simulator().handshake?.(token) ?? fail('The simulator makes no handshake.')
      expect(receiver.handshake?.(method, delivery, { ...app(), verifyToken: token })).toMatchObject({
        status: 200,
        body: expects,
      })
      expect(receiver.handshake?.(method, delivery, { ...app(), verifyToken: `${token}x` })).toMatchObject({
        status: 403,
      })
      expect(receiver.handshake?.(method, delivery, {})).toMatchObject({ status: 403 })
    })
    it('takes no delivery for a handshake', async () => {
      expect(receiver.handshake?.('POST', await mention(), app())).toBeUndefined()
    })

    it('takes what the network signed, with each of its secrets', async () => {
      const delivery = await mention()
      expect(receiver.verify(delivery, app())).toBe(true)
      const { header, secretNames, sign } = signing()
      for (const name of secretNames) {
        const both = { ...Object.fromEntries(secretNames.map((other) => [other, `${other}-value`])) }
        const signature = sign(delivery.body, `${name}-value`)
        expect(
          receiver.verify({ ...delivery, headers: { ...delivery.headers, [header]: signature } }, both),
          name,
        ).toBe(true)
        expect(
          receiver.verify(
            { ...delivery, headers: { ...delivery.headers, [header]: signature } },
            { ...both, [name]: 'replaced' },
          ),
        ).toBe(false)
      }
    })
    it('refuses a body of which one byte was changed', async () => {
      const delivery = await mention()
      for (let i = 0; i < delivery.body.length; i++) {
        const body = Uint8Array.from(delivery.body)
        body[i] = (body[i] ?? 0) ^ 1
        expect(receiver.verify({ ...delivery, body }, app())).toBe(false)
      }
    })
    it('refuses a signature that is wrong, cut, too long, empty or missing', async () => {
      const delivery = await mention()
      const { header } = signing()
      const good = delivery.headers[header] ?? ''
      const wrong = Array.from(good, (_, i) => good.slice(0, i) + (good[i] === '0' ? '1' : '0') + good.slice(i + 1))
      for (const signature of [
        ...wrong,
        good.slice(0, -1),
        good.slice(0, -2),
        `${good}0`,
        `${good}${good}`,
        'sha256=',
        '',
        'é',
      ])
        if (signature !== good)
          expect(
            receiver.verify({ ...delivery, headers: { ...delivery.headers, [header]: signature } }, app()),
            signature,
          ).toBe(false)
      const { [header]: _, ...none } = delivery.headers
      expect(receiver.verify({ ...delivery, headers: none }, app())).toBe(false)
    })
    it('refuses everything while no secret is known', async () => {
      const delivery = await mention()
      expect(receiver.verify(delivery, {})).toBe(false)
      const { header, secretNames, sign } = signing()
      const forged = { ...delivery, headers: { ...delivery.headers, [header]: sign(delivery.body, '') } }
      expect(receiver.verify(forged, Object.fromEntries(secretNames.map((name) => [name, ''])))).toBe(false)
    })

    it('says what happened, to whom, by whom', async () => {
      const { externalId: accountId } = session().connected.account
      const post = simulator().seedPost(newText())
      for (const kind of comesIn) {
        const text = newText(kind)
        const injected =
          kind === 'comment'
            ? await simulator().comment(post.externalId, text)
            : kind === 'mention'
              ? await simulator().mention(text)
              : await simulator().directMessage(text)
        const events = receiver.normalize(delivered(injected).body)
        expect(events).toMatchObject([
          { accountId, event: { kind, action: 'created', externalId: injected.externalId, text } },
        ])
        expect(Math.abs((events[0]?.event.at ?? 0) - Date.now())).toBeLessThan(60_000)
        expect(events[0]?.event.author?.externalId).not.toBe('')
        if (kind === 'comment') expect(events[0]?.event.postExternalId).toBe(post.externalId)
      }
    })
    it('follows what becomes of a comment, in its order', async () => {
      const { externalId } = await simulator().comment(simulator().seedPost(newText()).externalId, newText())
      const seen: InboundEvent[] = []
      for (const action of ['edited', 'hidden', 'unhidden', 'deleted'] as const) {
        const changed = await simulator().change?.(externalId, action, newText('changé'))
        if (changed === undefined) return
        const [first] = receiver.normalize(delivered(changed).body)
        expect(first).toMatchObject({ event: { kind: 'comment', action, externalId } })
        if (first !== undefined) seen.push(first.event)
      }
      expect(seen.map((event) => event.at)).toEqual(seen.map((event) => event.at).sort((a, b) => a - b))
    })
    it('reads a repeated delivery as the same thing', async () => {
      const { body } = await mention()
      expect(receiver.normalize(body)).toEqual(receiver.normalize(body))
    })
    it('refuses what is not of this network, and ignores what it does not know', () => {
      for (const body of ['', '{', '[]', '1', 'null', '{"object":5}', '"x"'])
        expect(() => receiver.normalize(Buffer.from(body)), body).toThrow(AppError)
    })
  })
}

function fail(message: string): never {
  throw new Error(message)
}
