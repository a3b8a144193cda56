/** The part of the conformance kit for networks that tell by webhook. */
import { beforeAll, describe, expect, it } from 'vitest'
import { AppError } from '../../shared/kernel/errors.ts'
import type { AppConfig, InboundEvent, RawDelivery, WebhookReceiver } from '../../shared/networks/network.ts'
import { webhookOf } from '../../shared/networks/registry.ts'
import type { Injected, Signing } from '../simulators/simulator.ts'
import { arrive } from './arriving.ts'
import { hookSecretOf, newText } from './session.ts'
import type { Stage } from './stage.ts'

export function webhookConformance({ connector, subject, simulator, session }: Stage): void {
  const network = connector.name
  const comesIn = (subject.comesIn ?? ['comment', 'mention']).filter((kind) => !(subject.polled ?? []).includes(kind))
  describe('webhooks', () => {
    let receiver: WebhookReceiver
    beforeAll(async () => {
      const found = await webhookOf(network)
      if (found === undefined) throw new Error(`${network} declares webhooks and the registry has no receiver.`)
      receiver = found
    })
    /** What the receiver is given for this delivery: the app's document, and the secret of the account's own hook. */
    const app = (delivery?: RawDelivery): AppConfig => ({
      ...simulator().access().app,
      ...(delivery?.subject === undefined ? {} : { hookSecret: hookSecretOf(delivery.subject) }),
    })
    const delivered = (injected: Injected): RawDelivery => {
      if (injected.delivery === undefined) throw new Error('The simulator made no delivery.')
      return injected.delivery
    }
    const signing = (): Signing => {
      const { signing: found } = simulator()
      if (found === undefined) throw new Error('The simulator does not sign.')
      return found
    }
    const mention = async () => {
      const [kind = 'mention'] = comesIn.includes('mention') ? ['mention' as const] : comesIn
      const under = kind === 'comment' ? simulator().seedPost(newText()).externalId : ''
      return delivered(await arrive(simulator(), kind, newText(), under))
    }

    it('answers the handshake rightly, and to nobody else', async () => {
      const shake = simulator().handshake?.()
      expect(shake === undefined).toBe(receiver.handshake === undefined)
      if (shake === undefined) return
      const { method, delivery, app: known, expects, refusing } = shake
      expect(await receiver.handshake?.(method, delivery, known)).toMatchObject({ status: 200, body: expects })
      if (refusing !== undefined)
        expect(await receiver.handshake?.(method, delivery, refusing)).toMatchObject({ status: 403 })
      if (refusing !== undefined)
        expect(await receiver.handshake?.(method, delivery, {})).toMatchObject({ status: 403 })
    })
    it('takes no delivery for a handshake', async () => {
      const delivery = await mention()
      const answer = await receiver.handshake?.('POST', delivery, app(delivery))
      // what is answered and kept is a delivery too
      expect(answer === undefined || answer.keep === true).toBe(true)
    })

    it('takes what the network signed, with each of its secrets', async () => {
      const delivery = await mention()
      expect(await receiver.verify(delivery, app(delivery))).toBe(true)
      const { header, secretNames, sign, pair } = signing()
      const pairs = new Map(
        secretNames.map((name) => [name, pair?.(name) ?? { signs: `${name}-value`, known: `${name}-value` }]),
      )
      const all = Object.fromEntries([...pairs].map(([name, { known }]) => [name, known]))
      for (const [name, { signs }] of pairs) {
        const headers = { ...delivery.headers, [header]: sign(delivery.body, signs, delivery.headers) }
        expect(await receiver.verify({ ...delivery, headers }, all), name).toBe(true)
        const replaced = { ...all, [name]: pair?.('another').known ?? 'replaced' }
        expect(await receiver.verify({ ...delivery, headers }, replaced)).toBe(false)
      }
    })
    it('refuses a body of which one byte was changed', async () => {
      if (signing().coversBody === false) return
      const delivery = await mention()
      for (let i = 0; i < delivery.body.length; i++) {
        const body = Uint8Array.from(delivery.body)
        body[i] = (body[i] ?? 0) ^ 1
        expect(await receiver.verify({ ...delivery, body }, app(delivery))).toBe(false)
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
            await receiver.verify(
              { ...delivery, headers: { ...delivery.headers, [header]: signature } },
              app(delivery),
            ),
            signature,
          ).toBe(false)
      const { [header]: _, ...none } = delivery.headers
      expect(await receiver.verify({ ...delivery, headers: none }, app(delivery))).toBe(false)
    })
    it('refuses everything while no secret is known', async () => {
      const delivery = await mention()
      expect(await receiver.verify(delivery, {})).toBe(false)
      const { header, secretNames, sign, pair } = signing()
      const empty = Object.fromEntries(secretNames.map((name) => [name, '']))
      const forged = pair === undefined ? sign(delivery.body, '', delivery.headers) : ''
      expect(await receiver.verify({ ...delivery, headers: { ...delivery.headers, [header]: forged } }, empty)).toBe(
        false,
      )
    })

    it('says what happened, to whom, by whom', async () => {
      const { externalId: own, alsoKnownAs = [] } = session().connected.account
      const post = comesIn.includes('comment') ? simulator().seedPost(newText()) : undefined
      for (const kind of comesIn) {
        const text = newText(kind)
        const injected = await arrive(simulator(), kind, text, post?.externalId ?? '')
        const delivery = delivered(injected)
        const events = receiver.normalize(delivery.body, delivery.subject)
        expect(events).toMatchObject([{ event: { kind, action: 'created', externalId: injected.externalId, text } }])
        expect([own, ...alsoKnownAs]).toContain(events[0]?.accountId)
        expect(Math.abs((events[0]?.event.at ?? 0) - Date.now())).toBeLessThan(60_000)
        expect(events[0]?.event.author?.externalId).not.toBe('')
        if (kind === 'comment') expect(events[0]?.event.postExternalId).toBe(post?.externalId)
      }
    })
    it('follows what becomes of a comment, in its order', async () => {
      if (!comesIn.includes('comment') || simulator().change === undefined) return
      const { externalId } = await simulator().comment(simulator().seedPost(newText()).externalId, newText())
      const seen: InboundEvent[] = []
      for (const action of ['edited', 'hidden', 'unhidden', 'deleted'] as const) {
        const changed = await simulator().change?.(externalId, action, newText('changé'))
        if (changed === undefined) continue
        const delivery = delivered(changed)
        const [first] = receiver.normalize(delivery.body, delivery.subject)
        expect(first).toMatchObject({ event: { kind: 'comment', action, externalId } })
        if (first !== undefined) seen.push(first.event)
      }
      expect(seen.map((event) => event.at)).toEqual(seen.map((event) => event.at).sort((a, b) => a - b))
    })
    it('reads a repeated delivery as the same thing', async () => {
      const { body, subject: of } = await mention()
      expect(receiver.normalize(body, of)).toEqual(receiver.normalize(body, of))
    })
    it('refuses what is not of this network, and ignores what it does not know', () => {
      for (const body of ['', '{', '[]', '1', 'null', '{"object":5}', '"x"'])
        expect(() => receiver.normalize(Buffer.from(body)), body).toThrow(AppError)
    })
  })
}
