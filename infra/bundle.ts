/**
 * All functions in one esbuild call (one second, where a call for each takes ten), then a folder for each with its entry
 * and the chunks it reaches, so that a function whose code did not change keeps its hash and is not deployed again.
 */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { type BuildOptions, build, type Metafile, type Plugin, type PluginBuild } from 'esbuild'
import * as z from 'zod'
import { bundlePictures, fileBeside, picturesApart } from './pictures.ts'
import { throughIndexes } from './through-indexes.ts'

export interface Entry {
  /** Name of the bundle; its handler is `<name>.handler`. */
  readonly name: string
  /** Path from the root of the project. */
  readonly entry: string
}

export interface Bundle {
  readonly name: string
  readonly folder: string
  /** Everything the function's folder holds that may be loaded, and what is loaded before the first event. */
  readonly files: readonly string[]
  readonly eager: readonly string[]
}

const root = join(import.meta.dirname, '..')
const alias = (file: string) => join(import.meta.dirname, 'aliases', file)

/** Files that stand beside an entry: made here, read by the function from its own folder. */
const beside: Readonly<Record<string, readonly ((folder: string) => Promise<void>)[]>> = {
  'functions/api/docs.ts': [openApi, docsScript],
}

/**
 * What is shared between entries is cut into chunks file by file, so that each gets what any of them uses of a file.
 * Built by itself is therefore what should be small because many wait for it, and what would make all the others large.
 */
const alone: ReadonlySet<string> = new Set(['functions/webhooks/receive.ts'])

/** Describes schemas at run time (`z.toJSONSchema`); every other function is built without what that takes. */
const describing: ReadonlySet<string> = new Set(['functions/api/channels.ts'])

/**
 * Loaded when it is first used, from a file of its own: the S3 client, half as much code as all the rest. It shares
 * nothing with what loads it, so it must import no class of ours that somebody tells by `instanceof`.
 */
const lazy: Entry = { name: 'chunk-bucket', entry: 'shared/aws/bucket.ts' }

const options = {
  absWorkingDir: root,
  bundle: true,
  splitting: true,
  minify: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  mainFields: ['module', 'main'],
  conditions: ['module'],
  chunkNames: 'chunk-[name]-[hash]',
  outExtension: { '.js': '.mjs' },
  alias: {
    '@aws-sdk/credential-provider-node': alias('environment-credentials.ts'),
    // twitter-text means the package of this name; Node's own is on its way out, and says so in every log
    punycode: join(import.meta.dirname, '..', 'node_modules', 'punycode', 'punycode.js'),
  },
  plugins: [
    throughIndexes,
    {
      name: 'no-zod-locales',
      setup: ({ onResolve }: PluginBuild) => {
        onResolve({ filter: /locales\/index\.js$/ }, ({ importer }) =>
          importer.includes('/zod/') ? { path: alias('zod-locales.ts') } : undefined,
        )
      },
    },
    {
      // Of the clients' descriptions only the version is asked for, and they are no modules that could be cut.
      name: 'only-the-version',
      setup: ({ onLoad }: PluginBuild) => {
        onLoad({ filter: /[/]@aws-sdk[/][^/]+[/]package[.]json$/ }, async ({ path }) => {
          const { version } = z.object({ version: z.string() }).parse(JSON.parse(await readFile(path, 'utf8')))
          return { contents: JSON.stringify({ version }), loader: 'json' as const }
        })
      },
    },
    {
      name: 'lazy',
      setup: ({ onResolve }: PluginBuild) => {
        onResolve({ filter: /^[.].*[.]ts$/ }, ({ kind, path, resolveDir }) =>
          kind === 'dynamic-import' && resolve(resolveDir, path) === join(root, lazy.entry)
            ? { path: `./${lazy.name}.mjs`, external: true }
            : undefined,
        )
      },
    },
    picturesApart,
  ],
  banner: { js: "import{createRequire as requireFrom}from'node:module';const require=requireFrom(import.meta.url);" },
  legalComments: 'none',
  logLevel: 'error',
} as const satisfies BuildOptions

const jsonSchema = /[/]zod[/]v4[/]core[/]to-json-schema[.]js$/

/** zod's schemas know how to describe themselves, each of them, whether anyone asks or not: 6 KB compressed. */
const undescribed: Plugin = {
  name: 'undescribed',
  setup: ({ onResolve, onEnd }) => {
    onResolve({ filter: /[/](to-json-schema|json-schema-processors)[.]js$/ }, ({ importer }) =>
      /[/]zod[/]v4[/]classic[/]schemas[.]js$/.test(importer) ? { path: alias('zod-json-schema.ts') } : undefined,
    )
    onEnd(({ metafile }) => {
      const asked = Object.values(metafile?.outputs ?? {}).some(({ inputs }) =>
        Object.entries(inputs).some(([file, { bytesInOutput }]) => jsonSchema.test(file) && bytesInOutput > 0),
      )
      return asked
        ? {
            errors: [
              { text: 'z.toJSONSchema is used by a function that infra/bundle.ts does not name as describing.' },
            ],
          }
        : {}
    })
  },
}

/**
 * Bundles the entries into `<folder>/<name>/`. The metafile of the whole is `<folder>/metafile.json`.
 * Throws if an entry does not exist or does not build.
 */
export async function bundle(entries: readonly Entry[], folder: string): Promise<ReadonlyMap<string, Bundle>> {
  const all = join(folder, '.all')
  await rm(folder, { recursive: true, force: true })
  await mkdir(all, { recursive: true })
  for (const { name, entry } of entries)
    if (!existsSync(resolve(root, entry)))
      throw new Error(`${entry}, the entry of the function "${name}", does not exist.`)
  const apart = (entry: string) => alone.has(entry) || describing.has(entry)
  const groups = [
    { entries: entries.filter(({ entry }) => !apart(entry)), plugins: [undescribed] },
    { entries: entries.filter(({ entry }) => alone.has(entry)), plugins: [undescribed] },
    { entries: entries.filter(({ entry }) => describing.has(entry)), plugins: [] },
    { entries: [lazy], plugins: [] },
  ]
  const built = await Promise.all([
    ...groups.map((group) =>
      build({
        ...options,
        plugins: [...options.plugins, ...group.plugins],
        entryPoints: group.entries.map(({ name, entry }) => ({ in: entry, out: name })),
        outdir: all,
        metafile: true,
      }),
    ),
    bundlePictures(root, all),
  ])
  const metafile: Metafile = {
    inputs: Object.assign({}, ...built.map((one) => one.metafile.inputs)),
    outputs: Object.assign({}, ...built.map((one) => one.metafile.outputs)),
  }
  await writeFile(join(folder, 'metafile.json'), JSON.stringify(metafile))
  const bundles = await Promise.all(
    entries.map(async ({ name, entry }): Promise<Bundle> => {
      const target = join(folder, name)
      await mkdir(target, { recursive: true })
      const output = `${relative(root, all)}/${name}.mjs`
      const files = reached(metafile, output, true).flatMap((file) => [file, ...fileBeside(file)])
      await Promise.all(files.map((file) => link(join(root, file), join(target, basename(file)))))
      await Promise.all((beside[entry] ?? []).map((make) => make(target)))
      const here = (file: string) => join(target, basename(file))
      return { name, folder: target, files: files.map(here), eager: reached(metafile, output, false).map(here) }
    }),
  )
  return new Map(bundles.map((one) => [one.name, one]))
}

/** The outputs that an output imports, itself included. */
function reached(metafile: Metafile, from: string, lazily: boolean): string[] {
  const found = new Set<string>()
  const visit = (file: string) => {
    const output = metafile.outputs[file]
    if (output === undefined || found.has(file)) return
    found.add(file)
    for (const { path, kind, external } of output.imports)
      if (lazily || kind !== 'dynamic-import') visit(external === true ? join(dirname(file), path) : path)
  }
  visit(from)
  return [...found].sort()
}

/** The document follows from the operations, which only a process of its own may load. */
async function openApi(folder: string): Promise<void> {
  const script = join(root, 'scripts/openapi.ts')
  const { stdout } = await promisify(execFile)(process.execPath, [script], { cwd: root, maxBuffer: 32 * 1024 * 1024 })
  await writeFile(join(folder, 'openapi.json'), stdout)
}

/** The script of the docs page, served by us and compressed: a function may answer 6 MB at most. */
async function docsScript(folder: string): Promise<void> {
  const script = await readFile(join(root, 'node_modules/@scalar/api-reference/dist/browser/standalone.js'))
  await writeFile(join(folder, 'scalar.js.gz'), await promisify(gzip)(script, { level: 9 }))
}
