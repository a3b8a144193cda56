import { AppError } from '../kernel/errors.ts'

/** Networks that people still ask for: what became of them, and where to go instead. Names in lower case, letters only. */
const gone: Readonly<Record<string, string>> = {
  google:
    'Google+ closed on 2 April 2019, and its successor Currents in 2023. A Google Business Profile is another thing.',
  viadeo:
    'Viadeo took its developer interface away; nothing can be published there. LinkedIn is where its people went.',
  myspace: 'MySpace took its developer interface away; nothing can be published there.',
  facebookgroups:
    'Facebook removed the Groups API in April 2024: no tool can publish in groups. Connect a Page instead.',
  instagrambasicdisplay:
    'Instagram Basic Display ended on 4 December 2024. Connect a professional Instagram account instead.',
  vine: 'Vine closed in January 2017.',
  periscope: 'Periscope closed in March 2021.',
  orkut: 'Orkut closed in September 2014.',
  friendfeed: 'FriendFeed closed in April 2015.',
}

const others: Readonly<Record<string, string>> = { googleplus: 'google', facebookgroup: 'facebookgroups' }

/** Throws `network_gone`, saying what became of it, if this is a network that is no more. */
export function refuseGone(network: string): void {
  const name = network.toLowerCase().replaceAll(/[^a-z]/g, '')
  const known = others[name] ?? name
  const fate = Object.hasOwn(gone, known) ? gone[known] : undefined
  if (fate !== undefined) throw new AppError('unprocessable', 'network_gone', fate)
}
