import type { Languages } from './language.ts'
import type { Message, Param, Params } from './message.ts'
import { frenchSpaces } from './typography.ts'

/** The name in `name`, `name:format`, `name|one|many`, `name?value=text|text`. */
type Name<P extends string> = P extends `${infer N}|${string}`
  ? Name<N>
  : P extends `${infer N}:${string}`
    ? Name<N>
    : P extends `${infer N}?${string}`
      ? N
      : P

/** The names of a text's parameters. */
type Names<T extends string> = T extends `${string}{${infer P}}${infer Rest}` ? Name<P> | Names<Rest> : never

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false

/** A text whose languages name different parameters does not compile: its French should then be this type. */
type Checked<D extends Readonly<Record<string, Languages>>> = {
  readonly [K in keyof D]: Same<Names<D[K]['en']>, Names<D[K]['fr']>> extends true
    ? Languages
    : {
        readonly fr: {
          readonly differentParameters: Exclude<
            Names<D[K]['en']> | Names<D[K]['fr']>,
            Names<D[K]['en']> & Names<D[K]['fr']>
          >
        }
      }
}

type Arguments<T extends string> = [Names<T>] extends [never] ? [] : [params: { readonly [N in Names<T>]: Param }]

export type Texts<D extends Readonly<Record<string, Languages>>> = {
  readonly [K in keyof D]: (...args: Arguments<D[K]['en']>) => Message
}

/** Every dictionary that was loaded, by its namespace: for the tests that read all texts. */
export const definedTexts = new Map<string, Readonly<Record<string, Languages>>>()

/** A dictionary: see the head of `index.ts`. `namespace` is its context or network, and begins every key. */
export function defineTexts<const D extends Readonly<Record<string, Languages>>>(
  namespace: string,
  dictionary: D & Checked<D>,
): Texts<D>
export function defineTexts(
  namespace: string,
  dictionary: Readonly<Record<string, Languages>>,
): Readonly<Record<string, (params?: Params) => Message>> {
  definedTexts.set(namespace, dictionary)
  return Object.fromEntries(
    Object.entries(dictionary).map(([name, { en, fr }]) => [
      name,
      (params: Params = {}): Message => ({ key: `${namespace}.${name}`, params, en, fr: frenchSpaces(fr) }),
    ]),
  )
}
