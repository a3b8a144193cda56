import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { type FunctionSettings, Functions } from '../../local/functions.ts'

let logs: string
let pool: Functions
const complaints: string[] = []

beforeEach(async () => {
  logs = await mkdtemp(join(tmpdir(), 'parvis-functions-'))
  complaints.length = 0
})
afterEach(async () => {
  await pool.stop()
  await rm(logs, { recursive: true })
})

const settings = (name: string, changes: Partial<FunctionSettings> = {}): FunctionSettings => ({
  name,
  folder: join(import.meta.dirname, 'fixtures/functions'),
  handler: `kit.${name.split('-')[0]}`,
  timeoutMs: 5_000,
  memoryMb: 128,
  environment: { COLOUR: 'blue' },
  ...changes,
})

function start(functions: readonly FunctionSettings[], options: { idleMs?: number; maxWorkers?: number } = {}) {
  pool = new Functions(functions, {
    logs,
    script: join(logs, 'worker.mjs'),
    complain: (line) => complaints.push(line),
    ...options,
  })
  return pool
}

it('hands over the event and answers what the function answered, from one module for all events', async () => {
  const functions = start([settings('echo')])
  expect(functions.running).toBe(0)
  expect(await functions.call('echo', { a: [1, 'é'] })).toMatchObject({
    event: { a: [1, 'é'] },
    calls: 1,
    name: 'echo',
  })
  const second = await functions.call('echo', null)
  expect(second).toMatchObject({ event: null, calls: 2 })
  expect(functions.running).toBe(1)
})

it('gives each function its own environment and nothing of the stage', async () => {
  process.env.OF_THE_STAGE = 'secret'
  const functions = start([settings('environment'), settings('environment-2', { environment: { COLOUR: 'red' } })])
  expect(await functions.call('environment', {})).toEqual({ COLOUR: 'blue' })
  expect(await functions.call('environment-2', {})).toEqual({ COLOUR: 'red' })
})

it('says what a function threw', async () => {
  await expect(start([settings('throws')]).call('throws', {})).rejects.toMatchObject({
    kind: 'threw',
    message: 'TypeError: no such thing',
  })
})

it('a function out of time is told to the caller; those beside it end in peace, and the next starts anew', async () => {
  const functions = start([settings('together', { handler: 'kit.together' }), settings('never', { timeoutMs: 150 })])
  await expect(functions.call('never', {})).rejects.toMatchObject({ kind: 'timeout' })
  await vi.waitFor(() => expect(functions.running).toBe(0))
})

it('a function that spins is ended at its time, and answers again', async () => {
  const functions = start([settings('spin', { timeoutMs: 400 })])
  expect(await functions.call('spin', {})).toEqual({ calls: 1 })
  await expect(functions.call('spin', { spin: true })).rejects.toMatchObject({ kind: 'timeout' })
  expect(await functions.call('spin', {})).toEqual({ calls: 1 })
})

it('a function that leaves or needs too much memory fails its call, not the stage', async () => {
  const functions = start([settings('leave'), settings('hungry', { memoryMb: 24, timeoutMs: 20_000 })])
  await expect(functions.call('leave', {})).rejects.toMatchObject({ kind: 'died' })
  await expect(functions.call('hungry', {})).rejects.toMatchObject({ kind: 'died' })
})

it('handles events side by side in one worker', async () => {
  const functions = start([settings('together')])
  const results = await Promise.all(Array.from({ length: 5 }, () => functions.call('together', {})))
  expect(results).toContainEqual({ most: 5, loaded: 1 })
  expect(functions.running).toBe(1)
})

it('stops a worker that is idle', async () => {
  const functions = start([settings('echo')], { idleMs: 100 })
  await functions.call('echo', {})
  await vi.waitFor(() => expect(functions.running).toBe(0))
  expect(await functions.call('echo', {})).toMatchObject({ calls: 1 })
})

it('lets a function that nobody waits for go sooner', async () => {
  const functions = start([settings('echo'), settings('together', { idleMs: 100 })])
  await Promise.all(['echo', 'together'].map((name) => functions.call(name, {})))
  expect(functions.running).toBe(2)
  await vi.waitFor(() => expect(functions.running).toBe(1), { timeout: 5_000 })
  expect(await functions.call('echo', {})).toMatchObject({ calls: 2 })
})

it('never runs more workers than it may: the idle make room, and the busy are waited for', async () => {
  const functions = start([settings('together'), settings('together-2'), settings('echo')], { maxWorkers: 1 })
  const most: number[] = []
  const watch = setInterval(() => most.push(functions.running), 5)
  await Promise.all(['together', 'together-2', 'echo', 'together'].map((name) => functions.call(name, {})))
  clearInterval(watch)
  expect(Math.max(...most)).toBe(1)
})

it('keeps what functions log in files, and says warnings aloud', async () => {
  const functions = start([settings('speaks')])
  await functions.call('speaks', {})
  await vi.waitFor(() => expect(complaints).toEqual(['speaks: {"level":"warn","message":"look at this"}']))
  await vi.waitFor(async () => expect(await readFile(join(logs, 'speaks.log'), 'utf8')).toContain('all is well'))
})
