declare module 'twemoji-parser' {
  export interface Emoji {
    readonly indices: readonly [start: number, end: number]
  }
  export function parse(text: string): Emoji[]
}
