import { readFile } from 'node:fs/promises'
import * as z from 'zod'
import { operation } from '../../shared/http/operation.ts'
import { version } from '../../shared/kernel/version.ts'
import { once, optionalVariable } from '../container.ts'
import { resourceHandler } from '../containers/api.ts'
import { health } from '../containers/health.ts'

/** Files that the build puts beside this function. */
const beside = (name: string) => readFile(new URL(name, import.meta.url))
const openApi = once(() => beside('openapi.json'))
const script = once(() => beside('scalar.js.gz'))

/** Everything comes from here: the page works without the internet, and tells nobody who reads it. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const configuration = JSON.stringify({
  withDefaultFonts: false,
  telemetry: false,
  showDeveloperTools: 'never',
  agent: { disabled: true },
  mcp: { disabled: true },
  hideClientButton: true,
  defaultHttpClient: { targetKey: 'shell', clientKey: 'curl' },
})

const listed = z.object({ 'x-problem-codes': z.array(z.object({ code: z.string(), status: z.number() })) })

/** Every code of a problem under its own anchor, which the problem's `type` leads to. A browser opens the list for it. */
async function problemList(): Promise<string> {
  const { 'x-problem-codes': codes } = listed.parse(JSON.parse((await openApi()).toString()))
  const statuses = new Map<string, number[]>()
  for (const { code, status } of codes) statuses.set(code, [...(statuses.get(code) ?? []), status])
  return [...statuses].map(([code, all]) => `<li id="${code}"><code>${code}</code> (${all.join(', ')})</li>`).join('\n')
}

const page = once(
  async () => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Parvis API</title>
</head>
<body>
<noscript>This page needs JavaScript. The same, for machines: <a href="/openapi.json">/openapi.json</a></noscript>
<details><summary>Codes of problems</summary>
<ul>
${await problemList()}
</ul>
</details>
<script id="api-reference" data-url="/openapi.json" data-configuration="${configuration.replaceAll('"', '&quot;')}"></script>
<script src="/docs/scalar.js"></script>
</body>
</html>
`,
)

const ready = operation({
  description:
    'The table and the queues are asked at most every two seconds. 503 `not_ready` if one does not answer within three.',
  answer: z.object({ status: z.literal('ok'), version: z.string(), stage: z.string() }),
  handle: async () => {
    await health().check()
    return { body: { status: 'ok', version, stage: optionalVariable('STAGE') ?? 'unknown' } }
  },
})

export const operations = {
  getOpenApi: operation({
    raw: { 200: ['application/json'] },
    description: 'Made from the schemas that check the requests.',
    handle: async () => ({
      raw: { contentType: 'application/json', text: (await openApi()).toString() },
      headers: { 'cache-control': 'public, max-age=300', 'access-control-allow-origin': '*' },
    }),
  }),
  getDocs: operation({
    raw: { 200: ['text/html'] },
    handle: async () => ({
      raw: { contentType: 'text/html; charset=utf-8', text: await page() },
      headers: { 'content-security-policy': policy, 'cache-control': 'public, max-age=300' },
    }),
  }),
  getDocsAsset: operation({
    params: z.object({ asset: z.literal('scalar.js') }),
    raw: { 200: ['text/javascript'] },
    handle: async () => ({
      raw: { contentType: 'text/javascript; charset=utf-8', text: (await script()).toString('base64'), base64: true },
      headers: { 'content-encoding': 'gzip', 'cache-control': 'public, max-age=86400' },
    }),
  }),
  getHealth: ready,
  getReadiness: ready,
}

export const handler = resourceHandler('docs', operations)
