import { glob, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { resources, routes } from '../../functions/api/routes.ts'
import { bundle } from '../../infra/bundle.ts'
import { statusOf } from '../../shared/http/status.ts'
import { version } from '../../shared/kernel/version.ts'
import { publicationStates } from '../../shared/publishing/publication.ts'
import { queueEngine } from '../local/support.ts'
import { Engine } from '../support/engine.ts'
import { invoke } from '../support/invoke.ts'

/** The docs function as it is deployed: bundled, with its files beside it, and no variable of any other function. */
let folder: string
let handler: Parameters<typeof invoke>[0]

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parvis-docs-'))
  const built = await bundle([{ name: 'docs', entry: resources.docs.entry }], folder)
  vi.stubEnv('STAGE', 'test')
  handler = (await import(pathToFileURL(join(built.get('docs')?.folder ?? '', 'docs.mjs')).href)).handler
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true })
})

const get = (path: string) => invoke(handler, { path })

describe('/openapi.json', () => {
  it('documents every route of the list, under its operation’s name', async () => {
    const { json, headers } = await get('/openapi.json')
    expect(headers['content-type']).toBe('application/json')
    expect(json).toMatchObject({ openapi: '3.1.1', info: { title: 'Parvis', version } })
    for (const { method, path, operation } of routes)
      expect(json.paths[path]?.[method.toLowerCase()]?.operationId, `${method} ${path}`).toBe(operation)
    expect(Object.values<object>(json.paths).flatMap((path) => Object.keys(path))).toHaveLength(routes.length)
  })

  it('says what each takes and answers: parameters, bodies, problems, and who may', async () => {
    const { paths, components } = (await get('/openapi.json')).json
    for (const { method, path, access } of routes) {
      const operation = paths[path][method.toLowerCase()]
      const names = (operation.parameters ?? []).map((one: { in: string; name: string }) => `${one.in}:${one.name}`)
      for (const [, name] of path.matchAll(/\{(\w+)\}/g)) expect(names, path).toContain(`path:${name}`)
      if (access === 'public') expect(operation.security, path).toEqual([])
      else {
        expect(operation.description, path).toContain(access)
        expect(Object.keys(operation.responses), path).toEqual(expect.arrayContaining(['401', '403', '429', '500']))
      }
      for (const [status, response] of Object.entries<{ $ref?: string; content?: object }>(operation.responses))
        if (Number(status) >= 400) {
          const { content } = components.responses[response.$ref?.split('/').at(-1) ?? ''] ?? response
          // pages for people say it as a page, whatever else is a problem document
          expect(Object.keys(content), `${path} ${status}`).toEqual(
            response.$ref === undefined ? expect.arrayContaining(['text/html']) : ['application/problem+json'],
          )
        }
    }
    const { parameters } = paths['/v1/posts'].get
    expect(parameters.map((one: { name: string }) => one.name)).toEqual(expect.arrayContaining(['cursor', 'limit']))
    expect(paths['/v1/posts'].post.parameters[0]).toMatchObject({ in: 'header', name: 'Idempotency-Key' })
    expect(JSON.stringify(paths['/v1/posts/{postId}'].patch.parameters)).toContain('If-Match')
    expect(
      Object.keys(paths['/v1/posts'].post.requestBody.content['application/json'].examples).length,
    ).toBeGreaterThan(2)
  })

  it('refers to nothing that is not there', async () => {
    const { text, json } = await get('/openapi.json')
    const references = [...text.matchAll(/"\$ref":"#\/([^"]+)"/g)].map((match) => match[1] ?? '')
    expect(references.length).toBeGreaterThan(50)
    for (const reference of new Set(references)) {
      let there: any = json
      for (const part of reference.split('/')) there = there?.[part.replaceAll('~1', '/').replaceAll('~0', '~')]
      expect(there, reference).toBeDefined()
    }
  })

  it('lists every code a problem may have, with the status it comes with', async () => {
    const { description } = (await get('/openapi.json')).json.info
    for (const [kind, code] of [
      ['unprocessable', 'validation_failed'],
      ['invalid', 'invalid_cursor'],
      ['invalid', 'malformed_json'],
      ['conflict', 'last_owner'],
      ['internal', 'internal'],
      ['unprocessable', 'network_not_configured'],
      ['unavailable', 'network_not_configured'],
    ] as const)
      expect(description).toContain(`| ${statusOf[kind]} | \`${code}\` |`)
  })
})

describe('/docs', () => {
  it('is a page whose every part comes from here, and which may load nothing else', async () => {
    const { status, text, headers } = await get('/docs')
    expect(status).toBe(200)
    expect(headers['content-type']).toBe('text/html; charset=utf-8')
    expect(text).toContain('<title>Parvis')
    expect(text).not.toMatch(/https?:\/\//)
    const policy = headers['content-security-policy'] ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).not.toMatch(/https?:|\*/)
    for (const [, path] of text.matchAll(/(?:src|href|data-url)="([^"]+)"/g))
      expect((await get(path ?? '')).status, path).toBe(200)
  })

  it('has an anchor for every code that is thrown, where the type of a problem leads', async () => {
    const { text } = await get('/docs')
    const anchors = [...text.matchAll(/ id="(\w+)"/g)].map(([, anchor]) => anchor)
    expect(new Set(anchors).size).toBe(anchors.length)
    const thrown = new Set<string>(['internal'])
    const composed: string[] = []
    for await (const file of glob(['shared/**/*.ts', 'functions/**/*.ts'])) {
      const source = await readFile(file, 'utf8')
      for (const [, kind, code] of source.matchAll(/new AppError\(\s*([^,]+),\s*([^,]+),/g)) {
        if (kind === "'internal'") continue
        const literal = /^'(\w+)'$/.exec(code?.trim() ?? '')?.[1]
        if (literal === undefined) composed.push(code ?? '')
        else thrown.add(literal)
      }
    }
    // one passes on the code of an error that is listed already; the other is completed by the states below
    expect(composed.toSorted()).toEqual(['`publication_${record.state}`', 'error.code'])
    for (const state of publicationStates) thrown.add(`publication_${state}`)
    expect(anchors).toEqual(expect.arrayContaining([...thrown]))
  })

  it('serves the script of the page as it was published, compressed and below what a function may answer', async () => {
    const answer = await invoke(
      async (event, context) => {
        const raw = await handler(event, context)
        expect(raw.isBase64Encoded).toBe(true)
        expect(JSON.stringify(raw).length).toBeLessThan(6 * 1024 * 1024)
        const plain = gunzipSync(Buffer.from(raw.body, 'base64'))
        return { ...raw, body: plain.toString('base64') }
      },
      { path: '/docs/scalar.js' },
    )
    expect(answer.headers).toMatchObject({
      'content-encoding': 'gzip',
      'content-type': 'text/javascript; charset=utf-8',
    })
    expect(answer.text).toBe(await readFile('node_modules/@scalar/api-reference/dist/browser/standalone.js', 'utf8'))
  })

  it('has nothing else beside it that can be asked for', async () => {
    for (const path of ['/docs/openapi.json', '/docs/docs.mjs', '/docs/..%2Fdocs.mjs', '/docs/scalar.js.gz'])
      expect((await get(path)).status, path).toBe(404)
  })
})

describe('/health', () => {
  it('names what runs while its table and queues answer, 503 not_ready while they do not', async () => {
    const [engine, queues] = await Promise.all([Engine.start(), queueEngine()])
    await engine.table('parvis')
    for (const [name, value] of Object.entries({
      TABLE_NAME: 'parvis',
      PUBLISH_QUEUE_URL: await queues.create('publish'),
      AWS_REGION: 'eu-west-3',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_ENDPOINT_URL_DYNAMODB: engine.endpoint,
      AWS_ENDPOINT_URL_SQS: queues.endpoint,
    }))
      vi.stubEnv(name, value)
    try {
      for (const path of ['/health', '/health/ready'])
        expect((await get(path)).json).toEqual({ status: 'ok', version, stage: 'test' })
      await engine.stop()
      await vi.waitFor(
        async () => {
          for (const path of ['/health', '/health/ready'])
            expect(await get(path)).toMatchObject({ status: 503, json: { code: 'not_ready' } })
        },
        { timeout: 20_000, interval: 500 },
      )
    } finally {
      await queues.stop()
    }
    expect(JSON.parse(await readFile('package.json', 'utf8')).version).toBe(version)
  })
})
