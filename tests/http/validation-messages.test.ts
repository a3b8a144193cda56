/** What a wrong request is told: what is expected, in words, whatever the route and the network. */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { resources } from '../../functions/api/routes.ts'
import { checkInput, oauthInput } from '../../shared/channels/input.ts'
import type { AnyOperation } from '../../shared/http/run.ts'
import { type Place, parsed } from '../../shared/http/validate.ts'
import { render } from '../../shared/i18n/index.ts'
import { AppError, type Problem } from '../../shared/kernel/errors.ts'
import { connectorOf, registry } from '../../shared/networks/registry.ts'
import { checkOptions } from '../../shared/networks/rules/check.ts'

const root = join(import.meta.dirname, '../..')
const operations = new Map<string, AnyOperation>()
for (const { entry } of Object.values(resources)) {
  const module = await import(pathToFileURL(join(root, entry)).href)
  for (const [name, one] of Object.entries<AnyOperation>(module.operations ?? {})) operations.set(name, one)
}
const connectors = await Promise.all(Object.keys(registry).map((id) => connectorOf(id)))

/** Values of every type, and those that people send instead of what is meant. */
const wrongValues: readonly unknown[] = [
  undefined,
  null,
  '',
  'feed',
  '2026-13-45',
  '2026-12-01',
  'x'.repeat(300_000),
  -1,
  1.5,
  9e15,
  true,
  [],
  [[]],
  [null],
  ['feed'],
  {},
  { at: '2026-12-01T09:00:00' },
  { at: 'tomorrow' },
  { 'not a field': { a: 1 } },
]

/** Every field of the schema, two levels deep, with every wrong value; and every wrong value as the whole. */
function* wrongInputs(schema: z.ZodType): Generator<unknown> {
  yield* wrongValues
  const document = JSON.stringify(z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input', reused: 'inline' }))
  const names = new Set([...document.matchAll(/"properties":\{|"([\w-]+)":\{/g)].flatMap(([, name]) => name ?? []))
  for (const name of names)
    for (const value of wrongValues) {
      yield { [name]: value }
      for (const inner of names) if (value === null || value === 'feed') yield { [name]: { [inner]: value } }
      if (value === 'feed') for (const inner of names) yield { [name]: [{ [inner]: value }] }
    }
}

const forbidden = /Invalid input|received undefined|\/\^|\$\/|expected string|ZodType|\[object|must match pattern/

function expectHelpful(problems: readonly Problem[], input: unknown): void {
  for (const { message, pointer } of problems)
    for (const language of ['en', 'fr'] as const) {
      const text = typeof message === 'string' ? message : render(message, language)
      expect(text, `${pointer} of ${JSON.stringify(input)?.slice(0, 200)}`).not.toMatch(forbidden)
      expect(text.length).toBeGreaterThan(4)
    }
}

const problemsOfError = (run: () => unknown): readonly Problem[] => {
  try {
    run()
    return []
  } catch (error) {
    if (error instanceof AppError) return error.problems ?? []
    throw error
  }
}

const places: readonly Place[] = ['body', 'query', 'path']
const schemas = [...operations].flatMap(([name, { body, query, params }]) =>
  places.flatMap((place) => {
    const schema = { body, query, path: params, header: undefined }[place]
    return schema === undefined ? [] : [{ name: `the ${place} of ${name}`, place, schema }]
  }),
)

describe('a refused request says what is expected', () => {
  it.each(schemas)('$name', async ({ place, schema }) => {
    let refused = 0
    for (const input of wrongInputs(schema)) {
      const result = await parsed(schema, input, place)
      if (!('problems' in result)) continue
      refused++
      expectHelpful(result.problems, input)
    }
    expect(refused).toBeGreaterThan(0)
  })

  it.each(connectors.map((connector) => ({ name: connector.title, connector })))(
    'credentials, settings and options of $name',
    ({ connector }) => {
      for (const input of wrongInputs(connector.credentialsInput))
        expectHelpful(
          problemsOfError(() => checkInput(connector, input)),
          input,
        )
      for (const input of wrongInputs(connector.settingsInput))
        expectHelpful(
          problemsOfError(() => checkInput(connector, {}, input ?? {})),
          input,
        )
      for (const input of wrongInputs(connector.options)) expectHelpful(checkOptions(connector.options, input), input)
      const { oauth } = connector
      if (oauth === undefined) return
      for (const input of wrongInputs(oauth.input ?? z.object({})))
        expectHelpful(
          problemsOfError(() => oauthInput(connector.title, oauth, input)),
          input,
        )
    },
  )
})

async function told(operation: string, place: Place, input: unknown, language: 'en' | 'fr' = 'en') {
  const found = operations.get(operation)
  const result = await parsed(place === 'query' ? found?.query : found?.body, input, place)
  if (!('problems' in result)) throw new Error(`${operation} takes it.`)
  return result.problems.map(({ pointer, message }) => [
    pointer,
    typeof message === 'string' ? message : render(message, language),
  ])
}

const example = '{"at":"2026-12-01T09:00:00","zone":"Europe/Paris"}'

describe('what is told', () => {
  const post = { text: 'Hello', channels: ['chan_01KBCDEFGH0123456789JKMNPQ'] }

  it('shows the schedule of a post as an object where a text was sent', async () => {
    expect(await told('createPost', 'body', { ...post, schedule: '2026-12-01T09:00:00' })).toEqual([
      ['/schedule', `An object is expected here. Example: ${example}`],
    ])
  })

  it('shows a schedule where the moment was sent alone', async () => {
    expect(await told('schedulePublication', 'body', { at: '2026-12-01T09:00:00' })).toEqual([
      ['/schedule', `This field is required. Example: ${example}`],
      ['/at', 'This field does not exist.'],
    ])
  })

  it('lists the states where an unknown one is asked for', async () => {
    const [problem] = await told('listPublications', 'query', { state: 'sent' })
    expect(problem?.[1]).toMatch(/^One of: .*scheduled, .*published/)
  })

  it('shows an id where a channel is called by its network', async () => {
    expect(await told('createPost', 'body', { ...post, channels: ['feed'] })).toEqual([
      ['/channels/0', 'An id that begins with chan_ is expected here, such as chan_01KBCDEFGH0123456789JKMNPQ.'],
    ])
    const [french] = await told('createPost', 'body', { ...post, channels: ['feed'] }, 'fr')
    expect(french?.[1]).toMatch(/^Un identifiant qui commence par chan_ /)
  })

  it('shows an instant where a day was sent', async () => {
    expect(await told('listPublications', 'query', { from: '2026-12-01' })).toEqual([
      ['/from', 'A date and time in ISO 8601, such as 2026-12-01T09:00:00+01:00.'],
    ])
  })

  it('says that credentials are required, by their names', () => {
    const bluesky = connectors.find(({ title }) => title === 'Bluesky')
    if (bluesky === undefined) throw new Error('There is no Bluesky.')
    const problems = problemsOfError(() => checkInput(bluesky, {}))
    expect(problems.map(({ pointer, code }) => [pointer, code])).toEqual(
      expect.arrayContaining([[expect.stringMatching(/^\/credentials\/\w+$/), 'required']]),
    )
  })
})
