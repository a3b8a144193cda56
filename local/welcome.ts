/** What `npm start` prints once everything runs. */
export interface Welcome {
  readonly url: string
  readonly publicUrl: string | undefined
  readonly apiKey: string
  readonly isNew: boolean
  readonly home: string
  readonly took: Readonly<Record<string, number>>
  readonly totalMs: number
}

export function welcome({ url, publicUrl, apiKey, isNew, home, took, totalMs }: Welcome): string {
  const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`
  const parts = Object.entries(took).map(([part, ms]) => `${part} ${seconds(ms)}`)
  const key = isNew
    ? `${apiKey}   (shown once; also in ${home}/stage.json)`
    : `${apiKey.slice(0, 15)}…   (in ${home}/stage.json)`
  const token = isNew ? apiKey : `$(sed -n 's/.*"apiKey": "\\(.*\\)".*/\\1/p' ${quoted(`${home}/stage.json`)})`
  const json = `-H "Authorization: Bearer ${token}" -H 'Content-Type: application/json'`
  return `
Parvis is ready at ${url}
  in ${seconds(totalMs)}: ${parts.join(', ')}
${publicUrl === undefined ? '' : `  the world reaches it at ${publicUrl}\n`}
  API key   ${key}
  API docs  ${url}/docs
  Stop with Ctrl-C; everything stays in ${home}

Try it: connect a feed of your own, publish on it, read the feed.

  CHANNEL=$(curl -s ${url}/v1/channels ${json} -d '{"network":"feed","credentials":{}}' | grep -o 'chan_[0-9A-Z]*' | head -n 1)
  curl -s ${url}/v1/posts ${json} -d "{\\"text\\":\\"Hello from Parvis\\",\\"channels\\":[\\"$CHANNEL\\"],\\"schedule\\":{\\"now\\":true}}"
  sleep 3; curl -s "$(curl -s ${url}/v1/channels/$CHANNEL ${json} | grep -o 'http[^"]*/html' | head -n 1 | sed 's/html$/json/')"

`
}

/** For a shell, inside double quotes too: a folder may have any name. */
const quoted = (path: string) => (/^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`)
