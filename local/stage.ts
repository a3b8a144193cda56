/** The one-machine stage: the synthesized template, its engines, the stand-ins, and the wires between them. */
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Bus } from './bus.ts'
import { Checkpoints } from './checkpoints.ts'
import { awsEndpoint } from './endpoint.ts'
import { givenDynamo, startDynamo, startQueues } from './engines.ts'
import { Functions } from './functions.ts'
import { guard, newSecretPath } from './guard.ts'
import { httpFront, maxHeaderSize } from './http-front.ts'
import { lockHome } from './lock.ts'
import { Mail } from './mail.ts'
import { findObject, objectStore, sendObject } from './objects.ts'
import { account, newCredentials, region } from './place.ts'
import { provisionQueues, provisionTables } from './provision.ts'
import { QueuePoller } from './queue-poller.ts'
import { startSchedules } from './schedules.ts'
import { type NetworksBeside, Secrets } from './secrets.ts'
import type { Settings } from './settings.ts'
import { StreamPoller } from './stream-poller.ts'
import { sweep } from './sweeper.ts'
import { Assembly } from './template.ts'
import { Wire } from './wire.ts'
import { functionsOf, routesOf, rulesOf, schedulesOf, secretsOf, sourcesOf } from './wiring.ts'

export interface StageOptions extends Settings {
  /** Answers the folder of the synthesized app. */
  readonly synthesize: () => Promise<string>
  readonly complain: (line: string) => void
  /** Called before the first event of any kind, with the variables that the functions get. */
  readonly prepare?: (url: string, environment: Readonly<Record<string, string>>) => Promise<void>
  /** What is known of networks besides `networks.json`. */
  readonly networks?: NetworksBeside | undefined
  /** What is served beside the API; answers false if it is not its own. */
  readonly pages?: ((request: IncomingMessage, response: ServerResponse, path: string) => boolean) | undefined
}

export interface Stage {
  /** On this machine. */
  readonly url: string
  /** How long each part took (ms). */
  readonly took: Readonly<Record<string, number>>
  /** Calls a function by its name, as an event source would. */
  readonly call: (name: string, event: unknown) => Promise<unknown>
  /** Runs the scheduled tasks now, as at the full minute. */
  readonly tick: () => Promise<void>
  /** Resolves with the reason once the stage cannot go on: its table engine ended. */
  readonly failed: Promise<string>
  stop(): Promise<void>
}

const sweepEveryMs = 5 * 60_000
/** What runs when the stage is stopped gets this long: a sender holds a message up to two seconds. */
const graceMs = 2_500

/** Throws an Error that says what to do: the port is taken, the folder is in use, the engine does not start. */
export async function startStage(options: StageOptions): Promise<Stage> {
  const { home, complain } = options
  const stops: (() => unknown)[] = []
  const stop = async () => {
    for (const each of stops.splice(0).reverse()) await each()
  }
  try {
    return await start(options, stops, stop)
  } catch (error) {
    await stop().catch((failure: unknown) => complain(`Of ${home}: ${failure}`))
    throw error
  }
}

async function start(options: StageOptions, stops: (() => unknown)[], stop: () => Promise<void>): Promise<Stage> {
  const { home, complain } = options
  const took: Record<string, number> = {}
  const timed = async <T>(part: string, work: () => Promise<T>): Promise<T> => {
    const from = performance.now()
    const result = await work()
    took[part] = Math.round(performance.now() - from)
    return result
  }

  // The port first: whoever finds it taken should know at once.
  let front: RequestListener = (_, response) =>
    void response.writeHead(503, { 'retry-after': '2' }).end('Parvis is starting.\n')
  const server = createServer({ maxHeaderSize, keepAliveTimeout: 30_000 }, (request, response) =>
    front(request, response),
  )
  const url = `http://127.0.0.1:${await listenAt(server, options.port)}`
  stops.push(() => closed(server))
  const publicUrl = options.publicUrl ?? url
  await mkdir(join(home, 'logs'), { recursive: true, mode: 0o700 })
  const unlock = lockHome(home)
  stops.push(unlock)

  const given = options.dynamodbEndpoint
  // a table of our own that was there before: the lock on the folder proves that whoever held leases in it is dead
  const leasesLeft = given === undefined && existsSync(join(home, 'table.db'))
  const death = Promise.withResolvers<string>()
  const [folder, queues, dynamo] = await Promise.all([
    timed('synthesis', options.synthesize),
    timed('queues', () => startQueues(join(home, 'queues'))),
    timed('table', () =>
      given === undefined ? startDynamo(join(home, 'table.db'), complain, death.resolve) : givenDynamo(given),
    ),
  ])
  stops.push(dynamo.stop, queues.stop)
  const wiringFrom = performance.now()
  // A queue's address names it; what may be sent to is the endpoint alone.
  const queueUrl = (name: string) => `${new URL(queues.endpoint).origin}/${account}/${name}`
  const assembly = await Assembly.read(folder, { publicUrl, queueUrl })
  const sqs = new Wire(queues.endpoint)
  const dynamodb = new Wire(dynamo.endpoint)
  stops.push(
    () => sqs.close(),
    () => dynamodb.close(),
  )
  const expiring = await provisionTables(assembly, dynamodb)
  // Nobody holds what was in flight when the stage last ended: it need not wait out its visibility.
  for (const { name } of await provisionQueues(assembly, sqs, queueUrl))
    for (const ReceiptHandle of queues.inFlight(name))
      await sqs.call('sqs', 'ChangeMessageVisibility', {
        QueueUrl: queueUrl(name),
        ReceiptHandle,
        VisibilityTimeout: 1,
      })

  const objects = join(home, 'objects')
  const credentials = newCredentials()
  const objectServer = objectStore(objects, credentials)
  const secrets = await Secrets.open(home, secretsOf(assembly), options.networks)
  const mail = new Mail(join(home, 'mail'), options.smtpUrl)
  const services = awsEndpoint(new Bus(rulesOf(assembly, queueUrl), sqs), secrets, mail, complain)
  const servicePath = newSecretPath()
  guard(services, servicePath)
  const [objectPort, servicePort] = await Promise.all([listenAt(objectServer, 0), listenAt(services, 0)])
  stops.push(
    () => closed(objectServer),
    () => closed(services),
  )

  const serviceUrl = `http://127.0.0.1:${servicePort}${servicePath}`
  const environment = {
    ...credentials,
    TZ: 'UTC',
    NODE_ENV: 'production',
    AWS_REGION: region,
    AWS_CONFIG_FILE: join(home, 'none'),
    AWS_SHARED_CREDENTIALS_FILE: join(home, 'none'),
    AWS_ENDPOINT_URL_DYNAMODB: dynamo.endpoint,
    AWS_ENDPOINT_URL_SQS: queues.endpoint,
    AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${objectPort}`,
    AWS_ENDPOINT_URL_EVENTBRIDGE: serviceUrl,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: serviceUrl,
    AWS_ENDPOINT_URL_SESV2: serviceUrl,
    // Of this run, not of the template: see `synthesis.ts`.
    PUBLIC_URL: publicUrl,
    MEDIA_URL: publicUrl,
    ALLOW_PRIVATE_HOSTS: String(options.allowPrivateHosts),
  }
  const settings = functionsOf(assembly, environment)
  const functions = new Functions(settings, { logs: join(home, 'logs'), script: join(home, 'worker.mjs'), complain })
  const call = (name: string, event: unknown) => functions.call(name, event)
  took.wiring = Math.round(performance.now() - wiringFrom)
  const table = settings.find(({ environment: { TABLE_NAME } }) => TABLE_NAME !== undefined)?.environment
  const complete = { ...table, ...environment }
  await Promise.all([
    timed('workspace', async () => options.prepare?.(url, complete)),
    ...(leasesLeft ? [timed('leases', () => releaseLeases(complete))] : []),
  ])

  const sources = sourcesOf(assembly, queueUrl)
  const checkpoints = await Checkpoints.open(join(home, 'checkpoints.json'))
  const pollers = [
    ...sources.queues.map((source) => new QueuePoller(source, sqs, call)),
    ...sources.streams.map((source) => new StreamPoller(source, dynamodb, sqs, checkpoints, call)),
  ]
  stops.push(async () => {
    const stopped = Promise.all(pollers.map((poller) => poller.stop()))
    await functions.stop(graceMs)
    await stopped
  })
  const sweeper = setInterval(() => {
    for (const each of expiring)
      sweep(dynamodb, each, Date.now()).catch((error: unknown) =>
        complain(`Expired items could not be deleted: ${error}`),
      )
  }, sweepEveryMs)
  stops.push(() => clearInterval(sweeper))
  const schedules = schedulesOf(assembly, call)
  stops.push(startSchedules(schedules, complain))
  const tick = async () => void (await Promise.all(schedules.map(({ run }) => run())))

  const bucket = settings.find(
    ({ environment: { MEDIA_URL, BUCKET_NAME } }) => MEDIA_URL !== undefined && BUCKET_NAME !== undefined,
  )
  const media = serveMedia(objects, bucket?.environment.BUCKET_NAME)
  const { routes, cors } = routesOf(assembly)
  front = httpFront({
    routes,
    cors,
    call,
    beside: (request, response, path) =>
      media(request, response, path) || options.pages?.(request, response, path) === true,
  })
  return { url, took, call, tick, failed: death.promise, stop }
}

/** What a stage that ended had in hand is taken up at once, instead of when its leases run out. */
async function releaseLeases(environment: Readonly<Record<string, string>>): Promise<void> {
  const script = join(import.meta.dirname, 'release-leases.ts')
  await promisify(execFile)(process.execPath, ['--disable-warning=ExperimentalWarning', script], {
    env: { ...environment },
  })
}

/** What the distribution serves on AWS: `media/` of the bucket to the world, and nothing else of it. */
function serveMedia(folder: string, bucket: string | undefined) {
  const headers = {
    'access-control-allow-origin': '*',
    'cache-control': 'public, max-age=86400',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'content-security-policy': "default-src 'none'; sandbox",
  }
  const serve = async (request: IncomingMessage, response: ServerResponse, path: string) => {
    const key = decoded(path.slice(1))
    const found = bucket === undefined || key === undefined ? undefined : await findObject(folder, bucket, key)
    if (found === undefined) return void response.writeHead(404, headers).end()
    await sendObject(found, request, response, headers)
  }
  return (request: IncomingMessage, response: ServerResponse, path: string): boolean => {
    if (!path.startsWith('/media/') || (request.method !== 'GET' && request.method !== 'HEAD')) return false
    serve(request, response, path).catch(() => response.destroy())
    return true
  }
}

/** Undefined for what is no percent-encoding. */
function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

async function listenAt(server: Server, port: number): Promise<number> {
  server.listen(port, '127.0.0.1')
  try {
    await once(server, 'listening')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')
      throw new Error(
        `Port ${port} is taken. Set PORT to another one, for example: PORT=${await freePort(port + 1)} npm start`,
      )
    if (error instanceof Error && 'code' in error && error.code === 'EACCES')
      throw new Error(
        `Port ${port} needs rights that this user does not have. Take one above 1023: PORT=4747 npm start`,
      )
    throw error
  }
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : port
}

/** A port that is free now: one of the next hundred, else 0, which takes any. */
async function freePort(from: number): Promise<number> {
  for (let port = from; port <= Math.min(from + 100, 65_535); port++) {
    const server = createServer().listen(port, '127.0.0.1')
    const isFree = await once(server, 'listening').then(
      () => true,
      () => false,
    )
    server.close()
    if (isFree) return port
  }
  return 0
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeIdleConnections()
    setTimeout(() => server.closeAllConnections(), 500).unref()
  })
}
