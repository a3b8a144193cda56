import type { Message } from '../i18n/index.ts'
import { AppError } from '../kernel/errors.ts'
import { channelsTexts } from './texts.ts'

/**
 * Networks that people still ask for: what became of them, and where to go instead. Names in lower case, letters only.
 * The dates are common knowledge, unconfirmed: nothing is decided by them.
 */
const gone: Readonly<Record<string, Message>> = {
  google: channelsTexts.gonePlus(),
  viadeo: channelsTexts.goneViadeo(),
  myspace: channelsTexts.goneMyspace(),
  facebookgroups: channelsTexts.goneGroups(),
  facebookprofile: channelsTexts.goneProfile(),
  instagrambasicdisplay: channelsTexts.goneBasicDisplay(),
  reddit: channelsTexts.goneReddit(),
  vine: channelsTexts.goneVine(),
  periscope: channelsTexts.gonePeriscope(),
  skyrock: channelsTexts.goneSkyrock(),
  orkut: channelsTexts.goneOrkut(),
  friendfeed: channelsTexts.goneFriendfeed(),
  googlebuzz: channelsTexts.goneBuzz(),
  fleets: channelsTexts.goneFleets(),
  igtv: channelsTexts.goneIgtv(),
  clubhouse: channelsTexts.goneClubhouse(),
  koo: channelsTexts.goneKoo(),
  posterous: channelsTexts.gonePosterous(),
  storify: channelsTexts.goneStorify(),
  delicious: channelsTexts.goneDelicious(),
  stumbleupon: channelsTexts.goneStumbleupon(),
}

const others: Readonly<Record<string, string>> = {
  googleplus: 'google',
  googlecurrents: 'google',
  facebookgroup: 'facebookgroups',
  facebookpersonal: 'facebookprofile',
  instagrambasic: 'instagrambasicdisplay',
  basicdisplay: 'instagrambasicdisplay',
  skyblog: 'skyrock',
  buzz: 'googlebuzz',
}

/** What became of a network that is no more, and what to use instead; undefined for any other name. */
export function fateOf(network: string): Message | undefined {
  const name = network.toLowerCase().replaceAll(/[^a-z]/g, '')
  const known = Object.hasOwn(others, name) ? (others[name] ?? '') : name
  return Object.hasOwn(gone, known) ? gone[known] : undefined
}

/** Throws `network_gone`, saying what became of it, if this is a network that is no more. */
export function refuseGone(network: string): void {
  const fate = fateOf(network)
  if (fate !== undefined) throw new AppError('unprocessable', 'network_gone', fate)
}
