import { AppError } from '../../kernel/errors.ts'
import type { Connected, NetworkTools } from '../network.ts'
import { type Credentials, credentialsInput, portOf, type Settings, settings } from './account.ts'
import { connectError, conversation, NewsRefusal } from './session.ts'
import { usenetTexts } from './texts.ts'

/** Signs in, and looks at the group: whether it is there, may be posted to, and is moderated. */
export async function connect(
  tools: NetworkTools,
  input: unknown,
  settingsGiven: unknown,
): Promise<Connected<Credentials, Settings>> {
  const { port: _, ...given } = credentialsInput.parse(input)
  const server = { ...given, port: portOf(credentialsInput.parse(input)) }
  const status = await conversation(tools, server, async (wire) => {
    const listed = await wire.command(`LIST ACTIVE ${given.group}`)
    if (listed.code !== 215) throw new NewsRefusal(listed)
    const lines = (await wire.block()).toString('utf8').split('\r\n')
    const found = lines.find((line) => line.split(' ')[0] === given.group)
    if (found === undefined)
      throw new AppError(
        'unprocessable',
        'group_not_found',
        usenetTexts.noGroup({ host: given.host, group: given.group }),
      )
    // Some servers tell only in answer to POST whether an account may: 340, and an article without headers is refused.
    return found.split(' ')[3] ?? 'y'
  }).catch((error: unknown) => {
    throw connectError(error, given.host, tools.clock.now())
  })
  if (status !== 'y' && status !== 'm')
    throw new AppError(
      'unprocessable',
      'permission_missing',
      usenetTexts.readOnlyGroup({ group: given.group, host: given.host }),
    )
  return {
    account: {
      externalId: `${given.address.toLowerCase()}/${given.group}@${given.host}`,
      handle: given.group,
      name: given.name,
      url: `news:${given.group}`,
    },
    credentials: { ...server, moderated: status === 'm' },
    settings: settings.parse(settingsGiven ?? {}),
  }
}
