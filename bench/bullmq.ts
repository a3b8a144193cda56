/** BullMQ on the same instants, where a Redis answers and its package (`bench/bullmq`) is installed. */
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import * as z from 'zod'

const folder = join(import.meta.dirname, 'bullmq')
const run = z.object({ late: z.array(z.number()), missing: z.number(), duplicates: z.number() })
const answer = z.object({ redis: z.string(), sparse: run, burst: run })
export type BullMq = z.infer<typeof answer>

interface Wanted {
  readonly sparse: number
  readonly burst: number
  readonly windowMs: number
  readonly leadMs: number
  /** Jobs side by side. */
  readonly concurrency: number
}

/** Its figures, or in a sentence why there are none. */
export async function bullMq(wanted: Wanted): Promise<BullMq | string> {
  const redisUrl = process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379'
  if (!(await answers(redisUrl)))
    return `BullMQ was not measured: no Redis answers at ${new URL(redisUrl).host} (REDIS_URL names another).`
  if (!existsSync(join(folder, 'node_modules/bullmq')))
    return 'BullMQ was not measured: its package is not installed (npm ci --prefix bench/bullmq).'
  const script = join(folder, 'lateness.mjs')
  const { stdout } = await promisify(execFile)(process.execPath, [script, JSON.stringify({ ...wanted, redisUrl })], {
    cwd: folder,
  })
  return answer.parse(JSON.parse(stdout))
}

/** Only who speaks Redis's protocol counts; one that wants a password answers too, and says so later. */
async function answers(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port || 6379), hostname)
  try {
    socket.setTimeout(1_000, () => socket.destroy(new Error('silent')))
    await once(socket, 'connect')
    socket.write('PING\r\n')
    const [bytes] = await once(socket, 'data')
    return /^[+-]/.test(String(bytes))
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
