import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Bundle, bundle } from '../../infra/bundle.ts'
import { allFunctions } from '../../infra/functions.ts'

let folder: string
let bundles: ReadonlyMap<string, Bundle>
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parvis-bundle-'))
  bundles = await bundle(allFunctions, join(folder, 'all'))
})
afterAll(() => rm(folder, { recursive: true }))

describe('the bundles', () => {
  it('load by themselves, each with its handler, and nothing but Node beside them', async () => {
    const script = join(folder, 'load.mjs')
    await writeFile(
      script,
      `for (const file of process.argv.slice(2)) {
        const { handler } = await import(file)
        console.log(JSON.stringify([file, typeof handler]))
      }`,
    )
    const entries = [...bundles.values()].map(({ name, folder }) => join(folder, `${name}.mjs`))
    const { stdout } = await promisify(execFile)(process.execPath, [script, ...entries], { cwd: folder, env: {} })
    const loaded = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(loaded).toEqual(entries.map((entry) => [entry, 'function']))
  })

  it('find credentials in the environment, and carry no way to look elsewhere', async () => {
    const { inputs } = JSON.parse(await readFile(join(folder, 'all/metafile.json'), 'utf8'))
    const carried = Object.keys(inputs)
    expect(carried.some((file) => file.endsWith('infra/aliases/environment-credentials.ts'))).toBe(true)
    expect(carried.filter((file) => /credential-provider-(ini|sso|process|http|web-identity)/.test(file))).toEqual([])
  })

  it('load connectors only when they are used', () => {
    for (const { name, eager, files } of bundles.values()) {
      const networks = (list: readonly string[]) =>
        list.filter((file) => /chunk-(mastodon|bluesky|facebook)-/.test(basename(file)))
      expect(networks(eager), name).toEqual([])
      if (name === 'consumer-publish') expect(networks(files)).toHaveLength(3)
    }
  })

  it('carry what makes pictures fit where that is done, load it when one comes, and it works from there', async () => {
    const carriers = [...bundles.values()].filter(({ files }) => files.some((file) => /chunk-sharp/.test(file)))
    expect(carriers.map(({ name }) => name).sort()).toEqual(['api-handover', 'api-media', 'consumer-publish'])
    for (const { eager } of carriers) expect(eager.filter((file) => /sharp|libheif/.test(file))).toEqual([])
    const script = join(folder, 'picture.mjs')
    const { folder: publish } = bundles.get('consumer-publish') as Bundle
    await writeFile(
      script,
      `import sharp from '${join(publish, 'chunk-sharp.cjs')}'
      import libheif from '${join(publish, 'chunk-libheif.cjs')}'
      const small = await sharp({ create: { width: 40, height: 30, channels: 3, background: 'red' } }).resize(20).jpeg().toBuffer()
      const { width, height } = await sharp(small).metadata()
      console.log(JSON.stringify([width, height, sharp.versions.emscripten !== undefined, typeof libheif.HeifDecoder]))`,
    )
    const { stdout } = await promisify(execFile)(process.execPath, [script], { cwd: folder, env: {} })
    expect(JSON.parse(stdout)).toEqual([20, 15, true, 'function'])
  })

  it('of the webhook receiver starts with at most 80 KB, compressed', async () => {
    const eager = await Promise.all((bundles.get('api-webhooks') as Bundle).eager.map((file) => readFile(file)))
    const kilobytes = eager.reduce((sum, bytes) => sum + gzipSync(bytes).length, 0) / 1024
    expect(kilobytes).toBeGreaterThan(10)
    expect(kilobytes).toBeLessThanOrEqual(80)
  })

  it('of the docs bring the document and the page’s script', async () => {
    const docs = bundles.get('api-docs')?.folder ?? ''
    const document = JSON.parse(await readFile(join(docs, 'openapi.json'), 'utf8'))
    expect(document.openapi).toMatch(/^3\.1/)
    expect(Object.keys(document.paths)).toContain('/v1/posts')
    expect(await readdir(docs)).toContain('scalar.js.gz')
  })
})

describe('bundling', () => {
  const write = (name: string, text: string) => writeFile(join(folder, 'made-up', name), text)
  const contents = async ({ folder }: Bundle) =>
    Object.fromEntries(
      await Promise.all(
        (await readdir(folder)).sort().map(async (file) => [file, await readFile(join(folder, file), 'utf8')]),
      ),
    )
  const entries = ['one', 'two'].map((name) => ({ name, entry: `${name}.ts` }))
  const made = () =>
    bundle(
      entries.map(({ name, entry }) => ({ name, entry: join(folder, 'made-up', entry) })),
      join(folder, 'out'),
    )

  it('leaves a function as it was when another one changes', async () => {
    await mkdir(join(folder, 'made-up'))
    await write('shared.ts', 'export const greet = (name: string) => `Good morning, ${name}`')
    await write('one.ts', "import { greet } from './shared.ts'\nexport const handler = async () => greet('one')")
    await write('two.ts', "import { greet } from './shared.ts'\nexport const handler = async () => greet('two')")
    const before = await made()
    const [one, two] = [await contents(before.get('one') as Bundle), await contents(before.get('two') as Bundle)]
    await write('two.ts', "import { greet } from './shared.ts'\nexport const handler = async () => greet('three')")
    const after = await made()
    expect(await contents(after.get('one') as Bundle)).toEqual(one)
    expect(await contents(after.get('two') as Bundle)).not.toEqual(two)
  })

  it('takes of an index what is named, and not the files of all it lists', async () => {
    await mkdir(join(folder, 'made-up/shared'), { recursive: true })
    await write('shared/index.ts', "export { small } from './small.ts'\nexport { type Size, large } from './large.ts'")
    await write('shared/small.ts', "export const small = () => 'a little'")
    await write('shared/large.ts', "export type Size = number\nexport const large = () => 'a great deal'")
    await write(
      'shared/one.ts',
      "import { type Size, small } from './index.ts'\nexport const handler = (size: Size) => small() + size",
    )
    await write(
      'shared/two.ts',
      "import { large, small as little } from './index.ts'\nexport const handler = () => little() + large()",
    )
    const made = await bundle(
      ['one', 'two'].map((name) => ({ name, entry: join(folder, 'made-up/shared', `${name}.ts`) })),
      join(folder, 'out'),
    )
    const text = async (name: string) => Object.values(await contents(made.get(name) as Bundle)).join()
    expect(await text('one')).toContain('a little')
    expect(await text('one')).not.toContain('a great deal')
    expect(await text('two')).toContain('a little')
    expect(await text('two')).toContain('a great deal')
  })

  it('refuses a function that describes schemas unless it is built with what that takes', async () => {
    const zod = `import * as z from '${join(import.meta.dirname, '../../node_modules/zod/index.js')}'\n`
    await write('two.ts', `${zod}export const handler = () => z.toJSONSchema(z.string())`)
    await expect(made()).rejects.toThrow(/toJSONSchema/)
    await write('two.ts', `${zod}export const handler = () => z.string().parse('')`)
    await made()
  })

  it('refuses a function whose file is missing or does not build', async () => {
    await write('two.ts', "import { nothing } from './nowhere.ts'\nexport const handler = nothing")
    await expect(made()).rejects.toThrow(/nowhere/)
    await rm(join(folder, 'made-up/two.ts'))
    await expect(made()).rejects.toThrow(/two\.ts/)
  })
})
