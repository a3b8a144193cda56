import { expect, it } from 'vitest'
import { telegramWebhook } from '../../../shared/networks/telegram/webhook.ts'

const group = { id: -1001, type: 'supergroup', title: 'Le fournil' }
const lea = { id: 7, is_bot: false, first_name: 'Léa' }
const told = (message: object) =>
  telegramWebhook
    .normalize(
      Buffer.from(
        JSON.stringify({
          update_id: 1,
          message: { message_id: 5, date: 1_763_600_000, chat: group, from: lea, ...message },
        }),
      ),
      '99',
    )
    .map(({ event }) => event)

it.each([
  { new_chat_members: [lea] },
  { left_chat_member: lea },
  { pinned_message: { message_id: 1, chat: group, date: 0 } },
  { new_chat_title: 'Au fournil' },
  { video_chat_started: {} },
  { video_chat_participants_invited: { users: [lea] } },
  { forum_topic_created: { name: 'Pains', icon_color: 1 } },
])('leaves out what the chat itself tells: %j', (service) => {
  expect(told(service)).toEqual([])
})

it.each([
  [{ video_note: { file_id: '1' } }, { attachments: [{ kind: 'video' }], text: '' }],
  [{ animation: { file_id: '1' }, document: { file_name: 'a.mp4' } }, { attachments: [{ kind: 'video' }] }],
  [
    { contact: { phone_number: '+33612345678', first_name: 'Paul', last_name: 'Roux' } },
    { messageType: 'contact', text: 'Paul Roux, +33612345678' },
  ],
  [
    { poll: { question: 'Levain ?', options: [{ text: 'Oui' }, { text: 'Non' }] } },
    { messageType: 'poll', text: 'Levain ?\n- Oui\n- Non' },
  ],
  [{ dice: { emoji: '🎲', value: 4 } }, { messageType: 'dice', text: '🎲 4' }],
  [
    { venue: { title: 'Halles', address: 'Place 1' }, location: {} },
    { attachments: [{ kind: 'place' }], text: 'Halles, Place 1' },
  ],
  [{ sticker: { emoji: '👍' } }, { attachments: [{ kind: 'sticker' }], text: '👍' }],
  [{ a_thing_of_tomorrow: {} }, { messageType: 'unsupported' }],
])('says what it is that has no plain text: %j', (thing, expected) => {
  expect(told(thing)).toMatchObject([{ kind: 'comment', author: { externalId: '7' }, ...expected }])
})

it('tells what is written in the name of the group as outgoing, and of another channel as that of a person', () => {
  const answer = { text: 'Oui', reply_to_message: { message_id: 4 }, from: { id: 1_087_968_824, is_bot: true } }
  expect(told({ ...answer, sender_chat: group })).toMatchObject([
    { direction: 'outgoing', author: { externalId: '-1001' }, parentExternalId: '-1001:4' },
  ])
  const [other] = told({ ...answer, sender_chat: { id: -1002, type: 'channel', title: 'Le Phare' } })
  expect(other).toMatchObject({ author: { externalId: '-1002', name: 'Le Phare' }, text: 'Oui' })
  expect(other?.direction).toBeUndefined()
  expect(told({ text: 'Bip', from: { id: 8, is_bot: true } })).toEqual([])
})
