/**
 * BullMQ with jobs delayed to an instant, as `bench/bullmq.ts` asks on the command line; prints one line of JSON. A job
 * does nothing but say when it began: no claim, no network call, nothing kept. Plain JavaScript, since its package is
 * not part of the root install.
 */
import { randomUUID } from 'node:crypto'
import { Queue, Worker } from 'bullmq'
import IORedis from 'ioredis'

const { redisUrl, sparse, burst, windowMs, leadMs, concurrency } = JSON.parse(process.argv[2])
const connection = new IORedis(redisUrl, { maxRetriesPerRequest: null })
const name = `parvis-bench-${randomUUID()}`
const queue = new Queue(name, { connection })
const begun = new Map()
const worker = new Worker(
  name,
  async ({ name: job }) => {
    const now = Date.now()
    begun.set(job, [...(begun.get(job) ?? []), now])
  },
  { connection, concurrency },
)
await worker.waitUntilReady()

async function measure(kind, instants) {
  const add = ([job, due]) => queue.add(job, {}, { delay: Math.max(0, due - Date.now()), removeOnComplete: true })
  const jobs = instants.map((due, n) => [`${kind}-${n}`, due])
  for (let from = 0; from < jobs.length; from += 50) await Promise.all(jobs.slice(from, from + 50).map(add))
  const until = Math.max(...instants) + 60_000
  while (jobs.some(([job]) => !begun.has(job)) && Date.now() < until) await new Promise((r) => setTimeout(r, 100))
  await new Promise((resolve) => setTimeout(resolve, 1_000))
  const runs = jobs.map(([job]) => begun.get(job) ?? [])
  return {
    late: jobs.flatMap(([, due], n) => (runs[n].length === 0 ? [] : [runs[n][0] - due])),
    missing: runs.filter(({ length }) => length === 0).length,
    duplicates: runs.filter(({ length }) => length > 1).length,
  }
}

const start = Date.now() + leadMs
const answer = {
  redis: /redis_version:(\S+)/.exec(await connection.info('server'))?.[1],
  sparse: await measure('sparse', Array.from({ length: sparse }, () => Math.round(start + Math.random() * windowMs))),
  burst: await measure('burst', Array(burst).fill(Math.ceil((Date.now() + leadMs) / 1000) * 1000)),
}
await worker.close()
await queue.obliterate({ force: true })
await queue.close()
connection.disconnect()
console.log(JSON.stringify(answer))
