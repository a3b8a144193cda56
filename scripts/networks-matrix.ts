import { connectorOf, networkNames } from '../shared/networks/registry.ts'

/** What each network can do, as a table in Markdown: read from the connectors, the same data as `GET /v1/networks`. */
export async function capabilityMatrix(): Promise<string> {
  const connectors = await Promise.all(networkNames.map(connectorOf))
  const head = [
    'network',
    'connects by',
    'publishes',
    'found again by',
    'deletes',
    'comes in',
    'answers, moderates',
    'counts',
    'API',
  ]
  const rows = connectors.map(({ name, title, oauth, credentialsInput, capabilities, apiVersion }) => {
    const { reconcile, publishes, comesIn, actions, counters, channelCounters } = capabilities
    const static_ = !credentialsInput.safeParse(undefined).success && credentialsInput.def.type !== 'never'
    const ways = [...(oauth === undefined ? [] : ['OAuth']), ...(static_ ? ['credentials'] : [])]
    return [
      `[${title}](${name}.md)`,
      ways.join(', ') || 'nothing',
      words(publishes),
      reconcile.authoritative || reconcile.means !== 'lookup' ? reconcile.means : 'lookup (absence proves nothing)',
      capabilities.delete ? 'yes' : 'no',
      words(comesIn),
      words(actions),
      words([...counters, ...channelCounters.map((one) => `channel ${one}`)]),
      apiVersion === undefined ? '–' : [apiVersion.name, apiVersion.worksAtLeastUntil].filter(Boolean).join(' until '),
    ]
  })
  return [line(head), `|${head.map(() => '---|').join('')}`, ...rows.map(line)].join('\n')
}

const words = (list: readonly string[]) => list.map((word) => word.replaceAll('_', ' ')).join(', ') || '–'
const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
