/** What Meta's documentation says of professional accounts on Instagram, in one place. */

/** Instagram Login: the account by itself. Facebook Login reaches it through its Page, at the Graph API's own address. */
export const apiUrl = 'https://graph.instagram.com'
export const authUrl = 'https://www.instagram.com'
export const tokenUrl = 'https://api.instagram.com'

export const scopes = {
  facebook: [
    'instagram_basic',
    'instagram_content_publish',
    'instagram_manage_comments',
    'instagram_manage_insights',
    'instagram_manage_messages',
    'instagram_manage_contents',
    'pages_manage_metadata',
    'pages_read_engagement',
    'pages_show_list',
  ],
  instagram: [
    'instagram_business_basic',
    'instagram_business_content_publish',
    'instagram_business_manage_comments',
    'instagram_business_manage_insights',
    'instagram_business_manage_messages',
  ],
} as const

/** Of the account, by Instagram Login. By Facebook Login the same are set in the App Dashboard → Webhooks → Instagram. */
export const subscribedFields = [
  'comments',
  'live_comments',
  'mentions',
  /** Echoes of what the account wrote come with it. */
  'messages',
  'message_edit',
  'messaging_postbacks',
  'messaging_referral',
]

/** A token of Instagram Login is renewed when it is a day old or more, and while it works. */
export const renewableAfterMs = 24 * 3600 * 1000

/** Containers expire 24 hours after they were made; their state is looked at once a minute at most. */
export const containerLivesMs = 23 * 3600 * 1000
export const lookMs = 60_000

export const text = { max: 2_200, hashtags: 30, mentions: 20 }
export const image = {
  mimes: ['image/jpeg'],
  maxBytes: 8 * 1024 * 1024,
  minWidth: 320,
  maxWidth: 1440,
  minRatio: 4 / 5,
  maxRatio: 1.91,
}
export const reel = {
  mimes: ['video/mp4', 'video/quicktime'],
  maxBytes: 300 * 1024 * 1024,
  minSeconds: 3,
  maxSeconds: 15 * 60,
}
export const carousel = { min: 2, max: 10 }
/** Of a message, in bytes. */
export const messageBytes = 1_000

/** Subcodes of errors while publishing, by what they mean. */
export const subcodes = {
  /** The container is too old, unknown, or broke at Instagram's: a new one is made. */
  rebuild: new Set([2207006, 2207008, 2207020, 2207053]),
  notReady: 2207027,
  transient: new Set([2207001, 2207003, 2207032]),
  quota: new Set([2207042]),
  policy: new Set([2207050, 2207051]),
  /** Format, size, proportions, address, number of the files. */
  media: new Set([2207004, 2207005, 2207009, 2207023, 2207026, 2207028, 2207052]),
  text: new Set([2207010, 2207040]),
}

/** Insights of a media and our names; stories know fewer. */
export const mediaMetrics = [
  { metric: 'views', counter: 'views' },
  { metric: 'reach', counter: 'reach' },
  { metric: 'saved', counter: 'saves' },
  { metric: 'shares', counter: 'shares' },
] as const

/** Of the account, the last day. */
export const accountMetrics = [
  { metric: 'views', counter: 'views' },
  { metric: 'reach', counter: 'reach' },
  { metric: 'total_interactions', counter: 'engagements' },
  { metric: 'profile_links_taps', counter: 'clicks' },
] as const

/** Background knowledge, not confirmed in the sources at hand. */
export const unconfirmed = {
  /** Of the Page, by Facebook Login: any field makes deliveries about its Instagram account come. */
  subscribedPageFields: ['feed'],
  /** Where the feed hides the rest behind “more”. */
  foldsAt: 125,
  altMax: 1_000,
  commentMax: 2_200,
  story: { maxBytes: 100 * 1024 * 1024, minSeconds: 3, maxSeconds: 60 },
  maxCollaborators: 3,
  /** Parameter of a container since June 2026. */
  aiMadeParameter: 'is_ai_generated',
  /** The daily allowance is counted over the last 24 hours: something is free again sooner or later within them. */
  quotaWaitMs: 3600_000,
  postsPerHour: 25,
  /** A container that is still at work after this long will not come any more. */
  longestProcessingMs: 3600_000,
}
