/** What a person sees at `/` while no demo runs: where the API and its documentation are. */
import type { IncomingMessage, ServerResponse } from 'node:http'

const texts = {
  fr: {
    running: 'Parvis fonctionne sur cette machine.',
    docs: 'Documentation de l’API',
    health: 'État de la table et des files',
    demo: 'Pour voir une semaine de boulangerie sur des réseaux simulés :',
  },
  en: {
    running: 'Parvis runs on this machine.',
    docs: 'API documentation',
    health: 'State of the table and the queues',
    demo: 'To see a bakery’s week on simulated networks:',
  },
} as const

const headers = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}

const page = (language: keyof typeof texts) => {
  const t = texts[language]
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>Parvis</title>
<style>
:root { color-scheme: light dark; }
body { font: 1.1rem/1.6 system-ui, sans-serif; max-width: 36rem; margin: 12vh auto; padding: 0 1rem; }
code { font-size: 1rem; }
</style>
</head>
<body>
<main>
<h1>Parvis</h1>
<p>${t.running}</p>
<ul>
<li><a href="/docs">${t.docs}</a></li>
<li><a href="/health">${t.health}</a></li>
</ul>
<p>${t.demo} <code>npm start -- --demo</code></p>
</main>
</body>
</html>
`
}

/** Answers false for what is not this page. */
export function startPage(request: IncomingMessage, response: ServerResponse, path: string): boolean {
  if (path !== '/' || (request.method !== 'GET' && request.method !== 'HEAD')) return false
  const french = /^fr\b/i.test(request.headers['accept-language'] ?? '')
  response.writeHead(200, headers).end(request.method === 'HEAD' ? '' : page(french ? 'fr' : 'en'))
  return true
}
