/** What the lexicon `app.bsky.feed.post` takes, checked as the reference server does. */

/** Answered 400. */
export class CallError extends Error {
  readonly code: string
  constructor(message: string, code = 'InvalidRequest') {
    super(message)
    this.code = code
  }
}

interface Ref {
  readonly uri: string
  readonly cid: string
}

export interface PostRecord {
  readonly $type: string
  readonly text: string
  readonly createdAt: string
  readonly reply?: { readonly root: Ref; readonly parent: Ref }
  /** Of `images`, `gallery`, `video` or `external`. */
  readonly embed?: {
    readonly images?: readonly Picture[]
    readonly items?: readonly Picture[]
    readonly video?: BlobRef
    readonly alt?: string
    readonly external?: { readonly uri: string; readonly title: string; readonly thumb?: BlobRef }
  }
}

interface BlobRef {
  readonly mimeType: string
  readonly size: number
}

interface Picture {
  readonly image: BlobRef
  readonly alt: string
}

type Blobs = ReadonlyMap<string, { readonly mime: string; readonly bytes: number }>
type Fields = Readonly<Record<string, unknown>>

const known = new Set(['$type', 'text', 'createdAt', 'langs', 'facets', 'embed', 'reply', 'tags', 'labels', 'entities'])
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

function must(condition: boolean, message: string): asserts condition {
  if (!condition) throw new CallError(`Invalid ${'app.bsky.feed.post'} record: ${message}`)
}

const fields = (value: unknown, what: string): Fields => {
  must(typeof value === 'object' && value !== null && !Array.isArray(value), `${what} must be an object`)
  return value as Fields
}

const list = (value: unknown, what: string, most: number): readonly unknown[] => {
  if (value === undefined) return []
  must(Array.isArray(value) && value.length <= most, `${what} must not have more than ${most} elements`)
  return value
}

export function checkPost(value: unknown, blobs: Blobs): PostRecord {
  const record = fields(value, 'record')
  for (const name of Object.keys(record)) must(known.has(name), `unknown field ${name}`)
  must(record['$type'] === 'app.bsky.feed.post', '$type must be app.bsky.feed.post')
  const { text, createdAt } = record
  must(typeof text === 'string', 'Record must have the property "text"')
  must(Buffer.byteLength(text) <= 3000, 'text must not be longer than 3000 characters')
  must([...graphemes.segment(text)].length <= 300, 'text must not be longer than 300 graphemes')
  must(
    typeof createdAt === 'string' && !Number.isNaN(Date.parse(createdAt)),
    'createdAt must be a valid atproto datetime',
  )
  for (const lang of list(record['langs'], 'langs', 3))
    must(/^[a-z]{2,3}(-|$)/.test(String(lang)), 'langs must be well-formed BCP 47 tags')
  for (const tag of list(record['tags'], 'tags', 8))
    must([...graphemes.segment(String(tag))].length <= 64, 'tags are too long')
  for (const facet of list(record['facets'], 'facets', 1000)) checkFacet(fields(facet, 'facet'), Buffer.from(text))
  if (record['embed'] !== undefined) checkEmbed(fields(record['embed'], 'embed'), blobs)
  if (record['reply'] !== undefined)
    for (const end of ['root', 'parent']) {
      const { uri, cid } = fields(fields(record['reply'], 'reply')[end], `reply/${end}`)
      must(
        /^at:\/\/did:/.test(String(uri)) && /^b[a-z2-7]/.test(String(cid)),
        `reply/${end} must be a strong reference`,
      )
    }
  return record as unknown as PostRecord
}

/** Offsets must fall between characters: clients cut there. */
function checkFacet(facet: Fields, text: Buffer): void {
  const { byteStart, byteEnd } = fields(facet['index'], 'facet/index')
  must(typeof byteStart === 'number' && typeof byteEnd === 'number', 'facet/index must have byteStart and byteEnd')
  must(byteStart >= 0 && byteStart < byteEnd && byteEnd <= text.length, 'facet/index is outside of the text')
  for (const at of [byteStart, byteEnd])
    must(at === text.length || ((text[at] ?? 0) & 0xc0) !== 0x80, 'facet/index cuts a character')
  for (const one of list(facet['features'], 'facet/features', 10)) {
    const feature = fields(one, 'feature')
    const type = String(feature['$type'])
    if (type.endsWith('#link')) must(URL.canParse(String(feature['uri'])), 'uri must be a uri')
    else if (type.endsWith('#mention')) must(/^did:[a-z]+:/.test(String(feature['did'])), 'did must be a valid did')
    else if (type.endsWith('#tag'))
      must(String(feature['tag']).length > 0 && !String(feature['tag']).startsWith('#'), 'tag must be a tag')
    else must(false, `unknown feature ${type}`)
  }
}

function checkEmbed(embed: Fields, blobs: Blobs): void {
  const type = String(embed['$type'])
  if (type === 'app.bsky.embed.images') checkPictures(embed, 'images', 4, blobs)
  else if (type === 'app.bsky.embed.gallery') {
    for (const one of list(embed['items'], 'embed/items', 20))
      must(fields(one, 'item')['$type'] === 'app.bsky.embed.gallery#image', 'embed/items must be images of a gallery')
    checkPictures(embed, 'items', 20, blobs)
  } else if (type === 'app.bsky.embed.video') {
    only(embed, ['$type', 'video', 'alt', 'aspectRatio'])
    if (embed['aspectRatio'] !== undefined) checkRatio(embed['aspectRatio'])
    checkBlob(embed['video'], /^video\/mp4$/, 300_000_000, blobs)
  } else checkCard(embed, blobs)
}

function checkCard(embed: Fields, blobs: Blobs): void {
  must(embed['$type'] === 'app.bsky.embed.external', `Parvis embeds no ${String(embed['$type'])}`)
  only(embed, ['$type', 'external'])
  const external = fields(embed['external'], 'embed/external')
  only(external, ['uri', 'title', 'description', 'thumb'])
  must(URL.canParse(String(external['uri'])), 'embed/external/uri must be a uri')
  for (const name of ['title', 'description'])
    must(typeof external[name] === 'string', `embed/external must have the property "${name}"`)
  if (external['thumb'] !== undefined) checkBlob(external['thumb'], /^image\//, 1_000_000, blobs)
}

function only(value: Fields, names: readonly string[]): void {
  for (const name of Object.keys(value)) must(names.includes(name), `unknown field ${name}`)
}

function checkPictures(embed: Fields, name: string, most: number, blobs: Blobs): void {
  const images = list(embed[name], `embed/${name}`, most)
  must(images.length > 0, `embed/${name} must have elements`)
  for (const one of images) {
    const { image, alt, aspectRatio } = fields(one, `embed/${name}`)
    must(typeof alt === 'string', `embed/${name} must have the property "alt"`)
    checkRatio(aspectRatio)
    checkBlob(image, /^image\//, 2_000_000, blobs)
  }
}

function checkRatio(value: unknown): void {
  const { width, height } = fields(value, 'aspectRatio')
  must(Number(width) >= 1 && Number(height) >= 1, 'aspectRatio must be at least 1')
}

function checkBlob(value: unknown, mime: RegExp, most: number, blobs: Blobs): void {
  const blob = fields(value, 'blob')
  const stored = blobs.get(String(fields(blob['ref'], 'ref')['$link']))
  if (stored === undefined) throw new CallError('Could not find blob', 'BlobNotFound')
  must(stored.mime === blob['mimeType'] && stored.bytes === blob['size'], 'the blob is another')
  must(mime.test(stored.mime) && stored.bytes <= most, 'the blob is too large, or of another type')
}

const gateFields = new Set(['$type', 'post', 'createdAt', 'allow', 'hiddenReplies'])

/** `app.bsky.feed.threadgate`. */
export function checkGate(value: unknown): Record<string, unknown> {
  const record = fields(value, 'record')
  for (const name of Object.keys(record)) must(gateFields.has(name), `unknown field ${name}`)
  must(record['$type'] === 'app.bsky.feed.threadgate', '$type must be app.bsky.feed.threadgate')
  must(typeof record['post'] === 'string' && record['post'].startsWith('at://did:'), 'post must be an at-uri')
  must(!Number.isNaN(Date.parse(String(record['createdAt']))), 'createdAt must be a valid atproto datetime')
  list(record['allow'], 'allow', 5)
  const hidden = list(record['hiddenReplies'], 'hiddenReplies', 300)
  must(new Set(hidden).size === hidden.length, 'hiddenReplies twice')
  for (const uri of hidden) must(/^at:\/\/did:/.test(String(uri)), 'hiddenReplies must be at-uris')
  return { ...record }
}
