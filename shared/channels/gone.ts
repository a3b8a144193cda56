import { AppError } from '../kernel/errors.ts'

/**
 * Networks that people still ask for: what became of them, and where to go instead. Names in lower case, letters only.
 * The dates are common knowledge, unconfirmed: nothing is decided by them.
 */
const gone: Readonly<Record<string, string>> = {
  google:
    'Google+ closed on 2 April 2019, and its successor Currents in 2023. For a place on the map, connect google_business; for videos, youtube.',
  viadeo:
    'Viadeo took its developer interface away; nothing can be published there. LinkedIn is where its people went: connect linkedin.',
  myspace:
    'MySpace took its developer interface away; nothing can be published there. For music and video, connect youtube, instagram or tiktok.',
  facebookgroups:
    'Facebook removed the Groups API in April 2024: no tool can publish in groups. Connect a Page (facebook), or hand posts over to a person (handover).',
  facebookprofile:
    'Facebook lets no tool publish on personal profiles since August 2018. Connect a Page (facebook), or hand posts over to a person (handover).',
  instagrambasicdisplay:
    'Instagram Basic Display ended on 4 December 2024. Turn the account into a professional one, and connect instagram.',
  reddit:
    'Reddit gives new applications no access of their own since November 2025: each is asked for and looked at by hand. Hand posts over to a person (handover), and follow subreddits by their feeds.',
  vine: 'Vine closed in January 2017. For short videos, connect tiktok, instagram (reels) or youtube (shorts).',
  periscope:
    'Periscope closed in March 2021. For live video, use X or YouTube themselves; for posts, connect x or youtube.',
  skyrock: 'Skyrock closed its blogs on 21 August 2023. Connect wordpress for a blog, or instagram for its public.',
  orkut: 'Orkut closed in September 2014. Connect facebook.',
  friendfeed: 'FriendFeed closed in April 2015. Connect mastodon or bluesky.',
  googlebuzz: 'Google Buzz closed in December 2011. Connect threads, x, mastodon or bluesky.',
  fleets: 'Fleets of Twitter ended on 3 August 2021. For stories, connect instagram, facebook or snapchat.',
  igtv: 'IGTV became Instagram Video in October 2021. Connect instagram, and publish a reel.',
  clubhouse: 'Clubhouse has no interface for other tools. Hand posts over to a person (handover).',
  koo: 'Koo closed in July 2024. Connect mastodon, bluesky or threads.',
  posterous: 'Posterous closed in April 2013. Connect wordpress or ghost.',
  storify: 'Storify closed in May 2018. Connect wordpress or ghost.',
  delicious: 'Delicious closed in 2017. For links that are kept, connect pinterest, or publish a feed.',
  stumbleupon: 'StumbleUpon closed in June 2018. Connect pinterest.',
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
export function fateOf(network: string): string | undefined {
  const name = network.toLowerCase().replaceAll(/[^a-z]/g, '')
  const known = Object.hasOwn(others, name) ? (others[name] ?? '') : name
  return Object.hasOwn(gone, known) ? gone[known] : undefined
}

/** Throws `network_gone`, saying what became of it, if this is a network that is no more. */
export function refuseGone(network: string): void {
  const fate = fateOf(network)
  if (fate !== undefined) throw new AppError('unprocessable', 'network_gone', fate)
}
