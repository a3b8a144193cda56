import { keys } from '../../shared/aws/keys.ts'
import { sesMail } from '../../shared/aws/mail.ts'
import { channelSchema } from '../../shared/channels/channel.ts'
import { languageOf } from '../../shared/i18n/index.ts'
import type { Person } from '../../shared/notifying/letter.ts'
import { Notifier } from '../../shared/notifying/notifier.ts'
import { findPublication } from '../../shared/publishing/find.ts'
import { Users } from '../../shared/workspaces/users.ts'
import { findWorkspace } from '../../shared/workspaces/workspace.ts'
import { clock, log, once, optionalVariable, random, table, variable } from '../container.ts'
import { handoverLinks } from './signing.ts'

const told = new Set(['owner', 'manager'])

async function people(workspaceId: string): Promise<Person[]> {
  const users = new Users({ table: table(), clock, random })
  const found: Person[] = []
  let page = await users.list(workspaceId, { limit: 100 })
  for (;;) {
    found.push(...page.items.filter(({ role }) => told.has(role)))
    if (page.next === undefined) return found
    page = await users.list(workspaceId, { limit: 100, start: page.next })
  }
}

async function setting(workspaceId: string) {
  const workspace = await findWorkspace(table(), workspaceId)
  return {
    name: workspace?.name ?? 'Parvis',
    language: languageOf(workspace?.language),
    zone: workspace?.zone ?? 'UTC',
  }
}

async function publication(workspaceId: string, id: string) {
  const found = await findPublication(table(), workspaceId, id)
  if (found === undefined) return undefined
  return { state: found.state, version: found.version, text: found.content.parts[0]?.text ?? '', dueAt: found.dueAt }
}

export const notifier = /* @__PURE__ */ once(() => {
  const from = optionalVariable('MAIL_FROM')
  return new Notifier({
    table: table(),
    clock,
    random,
    log,
    publicUrl: variable('PUBLIC_URL').replace(/\/+$/, ''),
    mail: from === undefined ? undefined : sesMail(from),
    lookups: {
      publication,
      channel: (workspaceId, id) => table().get(keys.channel(workspaceId, id), channelSchema),
    },
    setting,
    people,
    handoverPage: async (workspaceId, id) => (await handoverLinks(workspaceId))(id),
  })
})
