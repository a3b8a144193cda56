/** From a number and a token of a system user to a channel whose messages come in. */

import * as z from 'zod'
import { said } from '../../i18n/index.ts'
import { ask } from '../http/index.ts'
import { graphRequest } from '../meta/index.ts'
import type { Connected, NetworkTools } from '../network.ts'
import { access, type Credentials, type Settings, whatsapp } from './api.ts'
import { whatsappTexts } from './texts.ts'

const id = z
  .string()
  .trim()
  .regex(/^\d{5,32}$/, said(whatsappTexts.badId()))

export const credentialsInput = z.object({
  phoneNumberId: id.meta({ description: 'App Dashboard → WhatsApp → API Setup → Phone number ID' }),
  businessAccountId: id.meta({ description: 'The same page → WhatsApp Business Account ID' }),
  accessToken: z.string().trim().min(1).max(1000).meta({
    description: 'Of a system user with whatsapp_business_messaging and whatsapp_business_management, without an end',
  }),
})

const number = z.object({ id: z.string(), display_phone_number: z.string(), verified_name: z.string().optional() })

export async function connect(tools: NetworkTools, input: unknown): Promise<Connected<Credentials, Settings>> {
  const given = credentialsInput.parse(input)
  const path = `/${given.phoneNumberId}`
  const query = { fields: 'id,display_phone_number,verified_name' }
  const found = await ask(
    whatsapp,
    tools,
    graphRequest(access(tools.app, given), { method: 'GET', path, query }),
    number,
  )
  return {
    account: {
      externalId: found.id,
      handle: found.display_phone_number,
      name: found.verified_name ?? found.display_phone_number,
      url: `https://wa.me/${found.display_phone_number.replace(/\D/g, '')}`,
    },
    credentials: given,
    settings: {},
  }
}

export async function attach(tools: NetworkTools, { credentials }: Connected<Credentials, Settings>): Promise<void> {
  const path = `/${credentials.businessAccountId}/subscribed_apps`
  const request = graphRequest(access(tools.app, credentials), { method: 'POST', path, json: {} })
  await ask(whatsapp, tools, request, z.object({ success: z.literal(true) }))
}
