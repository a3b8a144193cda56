/** The inside of a function's worker thread: loads the bundle once, then answers events. Node's own modules only. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parentPort, workerData } from 'node:worker_threads'

interface Call {
  readonly id: string
  readonly event: unknown
  readonly deadline: number
}

const { folder, handler, name, memoryMb }: { folder: string; handler: string; name: string; memoryMb: number } =
  workerData

async function load(): Promise<(event: unknown, context: object) => unknown> {
  const dot = handler.lastIndexOf('.')
  const file = ['.mjs', '.js'].map((end) => join(folder, handler.slice(0, dot) + end)).find((path) => existsSync(path))
  if (file === undefined) throw new Error(`${folder} has no ${handler.slice(0, dot)}.mjs.`)
  const loaded: Record<string, unknown> = await import(pathToFileURL(file).href)
  const found = loaded[handler.slice(dot + 1)]
  if (typeof found !== 'function') throw new Error(`${handler} is not a function.`)
  return (event, context) => Reflect.apply(found, undefined, [event, context])
}

const loading = load()
loading.catch(() => {}) // told to each event that needs it

parentPort?.on('message', async ({ id, event, deadline }: Call) => {
  const context = {
    functionName: name,
    functionVersion: '$LATEST',
    awsRequestId: id,
    memoryLimitInMB: String(memoryMb),
    callbackWaitsForEmptyEventLoop: false,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  }
  try {
    const result = await (await loading)(event, context)
    // As Lambda does: the answer is JSON, or nothing.
    parentPort?.postMessage({ id, result: result === undefined ? undefined : JSON.parse(JSON.stringify(result)) })
  } catch (error) {
    const stack = error instanceof Error ? error.stack : String(error)
    process.stderr.write(`${JSON.stringify({ level: 'error', message: 'the function threw', error: stack })}\n`)
    parentPort?.postMessage({ id, error: error instanceof Error ? `${error.name}: ${error.message}` : String(error) })
  }
})
