import { isMessage, render } from './render.ts'

/** A value of a text's parameter; a list is joined by the language (« a, b et c »). A string is shown as it is: never trusted, never a text of ours. */
export type Param = string | number | Message | readonly (string | Message)[]

export interface Params {
  readonly [name: string]: Param
}

/**
 * One text for people with its parameters, as JSON. It carries its text in both languages, so that what was stored can be
 * rendered by a function that does not hold the dictionary, and says later what it said then.
 */
export interface Message {
  /** `<context>.<name>`: stable. */
  readonly key: string
  readonly params: Params
  readonly en: string
  readonly fr: string
}

/** A message, or a string: what was stored before there were messages, or words of somebody else. */
export type Text = Message | string

/** For logs and for `Error.message`. */
export const englishOf = (text: Text): string => render(text, 'en')

/** What an error says to people: its message of both languages where it has one, else its own words. */
export function textOf(error: unknown): Text {
  if (error instanceof Error) return 'text' in error && isMessage(error.text) ? error.text : error.message
  return String(error)
}
