import { relative } from 'node:path'
import type { Plugin } from 'vite'
import { isFunction, isNode, nodesOf } from './syntax.ts'

/**
 * Marks each function of the product when it runs: which test file runs which function is what a mutant's tests are chosen
 * by. Functions are named by their file and their start in the source.
 */
export function coveragePlugin(root: string): Plugin {
  return {
    name: 'parvis-function-coverage',
    enforce: 'pre',
    transform(code, id) {
      const file = relative(root, id.split('?')[0] ?? id)
      if (!/^(shared|functions|infra|local|scripts)\/.*[.]ts$/.test(file) || file.endsWith('.d.ts')) return null
      const inserts: { readonly at: number; readonly text: string }[] = []
      for (const { node } of nodesOf(file, code)) {
        if (!isFunction(node) || !isNode(node.body)) continue
        const mark = `(globalThis.__ran ??= new Set()).add('${file}:${node.start}')`
        const { body } = node
        if (body.type === 'BlockStatement') inserts.push({ at: body.start + 1, text: `;${mark};` })
        else inserts.push({ at: body.start, text: `(${mark}, ` }, { at: body.end, text: ')' })
      }
      let marked = code
      // from the end, so that offsets stay true; at one offset, what closes an inner body comes first
      for (const { at, text } of inserts.toSorted((a, b) => b.at - a.at || (a.text === ')' ? 1 : -1)))
        marked = marked.slice(0, at) + text + marked.slice(at)
      return { code: `${marked}\n;(globalThis.__ran ??= new Set()).add('${file}:-1')\n`, map: null }
    },
  }
}
