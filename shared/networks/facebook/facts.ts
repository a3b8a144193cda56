/** What Meta's documentation and the specification of its code generator say of Pages, in one place. */

/** What a Page tells by webhook, as `subscribed_apps` names it. */
export const subscribedFields = [
  'feed',
  'mention',
  'messages',
  'message_echoes',
  'message_edits',
  'messaging_postbacks',
  'messaging_referrals',
]

/** Of a video, too: `pages_manage_posts`, `pages_read_engagement` and `pages_show_list` are what its guide names. */
export const scopes = [
  'pages_show_list',
  'pages_manage_posts',
  'pages_read_engagement',
  'pages_manage_engagement',
  'pages_read_user_content',
  'pages_manage_metadata',
  'pages_messaging',
  'read_insights',
]

/** The file of a reel or of a story's video goes here; a video of the feed to the other, in chunks. */
export const uploadUrl = 'https://rupload.facebook.com'
export const videoUrl = 'https://graph-video.facebook.com'

/** https://developers.facebook.com/docs/video-api/guides/reels-publishing: 3 to 90 s, 9:16, at least 540 × 960, 30 a day. */
export const reel = { minSeconds: 3, maxSeconds: 90, minWidth: 540, minHeight: 960, ratio: 9 / 16 }

/** Insights of a post and our names: asked together, and one by one where a Page does not know one of them. */
export const postMetrics = [
  { metric: 'post_media_view', counter: 'views' },
  { metric: 'post_total_media_view_unique', counter: 'reach' },
  { metric: 'post_clicks', counter: 'clicks' },
] as const

/** The same of a Page, per day. */
export const pageMetrics = [
  { metric: 'page_media_view', counter: 'views' },
  { metric: 'page_total_media_view_unique', counter: 'reach' },
  { metric: 'page_post_engagements', counter: 'engagements' },
  { metric: 'page_total_actions', counter: 'clicks' },
  { metric: 'page_views_total', counter: 'visits' },
] as const

/** Background knowledge, not confirmed in the sources at hand. */
export const unconfirmed = {
  /**
   * Error 506 of the Graph API: the same post twice in a row is refused. How old the one before may be is not said: a day
   * is a guess.
   */
  duplicates: { windowSeconds: 86_400, consecutiveOnly: true, source: 'documented' } as const,
  /** A photo that a post shows names it here; one that was uploaded unpublished and never used does not. */
  photoStory: 'page_story_id',
  maxCharacters: 63_206,
  /** Where the feed hides the rest behind “See more”. */
  foldsAt: 477,
  maxComment: 8_000,
  maxMessage: 2_000,
  maxPhotos: 10,
  photoBytes: 10 * 1024 * 1024,
  photoMimes: ['image/jpeg', 'image/png', 'image/gif', 'image/bmp', 'image/tiff'],
  videoBytes: 10 * 1024 ** 3,
  videoSeconds: 4 * 3600,
  videoMimes: ['video/mp4', 'video/quicktime'],
  storySeconds: 60,
  /** Unpublished photos and unfinished videos that nothing uses are deleted after a day. */
  uploadLivesMs: 20 * 3600 * 1000,
  /** What a public address was not given for is sent in one piece, for this upload knows no chunks. */
  wholeBytes: 100 * 1024 * 1024,
  /** Subcode: a chunk of a video came at another offset than was expected, which the error tells. */
  wrongOffset: 1363037,
  postsPerHour: 50,
}
