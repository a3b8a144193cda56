/**
 * What makes pictures fit, for the functions that reach it: libvips and libheif in WebAssembly, the same files for every
 * machine (docs/decisions/0006-pictures-in-webassembly.md). They are CommonJS files of their own, because what they are
 * written in finds its threads and its code by its own name.
 */
import { basename } from 'node:path'
import { type BuildResult, build, type Plugin } from 'esbuild'

const sharpWasm = 'node_modules/@img/sharp-wasm32/lib/sharp-wasm32-0.35.5.node'

const files = {
  sharp: { out: 'chunk-sharp', in: 'node_modules/sharp/dist/index.cjs' },
  'sharp-wasm32': { out: 'chunk-sharp-wasm32', in: `${sharpWasm}.js` },
  libheif: { out: 'chunk-libheif', in: 'node_modules/libheif-js/wasm-bundle.js' },
} as const

const apart = (file: keyof typeof files) => ({ path: `./${files[file].out}.cjs`, external: true })

/** Leads what the functions import to those files. */
export const picturesApart: Plugin = {
  name: 'pictures-apart',
  setup: ({ onResolve }) => {
    onResolve({ filter: /^sharp$/ }, () => apart('sharp'))
    onResolve({ filter: /^libheif-js[/]wasm-bundle[.]js$/ }, () => apart('libheif'))
  },
}

/** sharp looks for a build of this very machine first, and would find the one of whoever develops here. */
const onlyWebAssembly: Plugin = {
  name: 'only-webassembly',
  setup: ({ onLoad, onResolve }) => {
    onLoad({ filter: /[/]sharp[/]dist[/]sharp[.]cjs$/ }, () => ({ contents: "module.exports = require('wasm')" }))
    onResolve({ filter: /^wasm$/ }, () => apart('sharp-wasm32'))
  },
}

/** Writes them into `folder`. */
export function bundlePictures(root: string, folder: string): Promise<BuildResult<{ metafile: true }>> {
  return build({
    absWorkingDir: root,
    bundle: true,
    minify: true,
    format: 'cjs',
    platform: 'node',
    target: 'node24',
    plugins: [onlyWebAssembly],
    entryPoints: Object.values(files).map((file) => ({ in: file.in, out: file.out })),
    outdir: folder,
    outExtension: { '.js': '.cjs' },
    legalComments: 'none',
    logLevel: 'error',
    metafile: true,
  })
}

/** What must stand in the same folder as this output: paths from the root. */
export function fileBeside(output: string): string[] {
  return basename(output) === `${files['sharp-wasm32'].out}.cjs` ? [`${sharpWasm}.wasm`] : []
}
