/** What leaves on one channel, and what can be said of it before it does. */
import type { Text } from '../i18n/index.ts'
import type { Problem } from '../kernel/errors.ts'

/** Where a crop must keep what matters: 0 to 1 from the left and from the top. */
export interface Focus {
  readonly x: number
  readonly y: number
}

/** A file as this network gets it: made to fit its limits where that can be done. */
export interface Media {
  readonly id: string
  /** Names the bytes: what is made of the medium with another focus point is another file. */
  readonly file: string
  readonly kind: 'image' | 'video' | 'document'
  readonly mime: string
  readonly bytes: number
  readonly width: number
  readonly height: number
  /** Of a video, where it could be read. */
  readonly seconds?: number | undefined
  /** Of an image: it moves. */
  readonly animated?: boolean | undefined
  readonly alt: string
  /** As the person named it; shown by networks that show documents. */
  readonly name?: string | undefined
  /** A public address of the file, for networks that fetch it; undefined where the deployment has none. */
  readonly url: string | undefined
  /** The whole file, or bytes `from` up to and without `to`: a large video is never held whole. */
  read(range?: { readonly from: number; readonly to: number }): Promise<Uint8Array>
}

/** One part of a thread; a plain post has one. */
export interface Part {
  readonly text: string
  readonly media: readonly Media[]
}

/** What leaves on one channel: the post with the channel's variant applied. */
export interface Content {
  readonly parts: readonly Part[]
  /** BCP 47. */
  readonly language: string
  /** The variant's network-specific wishes, parsed by the connector's `options` schema. */
  readonly options: Readonly<Record<string, unknown>>
  /** The picture shown for a video before it plays, or beside a link or an article. */
  readonly cover?: Media | undefined
}

/** What the validator counts and finds. Pointers are relative to the content: `/parts/0/text`, `/parts/0/media/1`. */
export interface Review {
  readonly length: number
  readonly limit: number
  readonly unit: string
  /** What the network would refuse. */
  readonly problems: readonly Problem[]
  /** What it takes, but a person would not expect: `#l’été` is the hashtag `l` on X. */
  readonly warnings?: readonly Problem[]
}

/** What sending costs at the platform's price list. */
export interface Cost {
  /** Millionths of a US dollar. */
  readonly microUsd: number
  /** In words: "a post with a link". */
  readonly reason: Text
}
