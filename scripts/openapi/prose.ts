import * as z from 'zod'

/** What each group of calls is about, in the order of the page. */
export const tags = {
  posts: 'What the community manager wants to say, with variants per channel.',
  publications: 'One post on one channel: what is scheduled, sent, retried and measured.',
  channels: 'Connected accounts on the networks.',
  media: 'Images and videos, uploaded straight to the bucket.',
  mentions: 'What is said about the brand, or to it.',
  metrics: 'What publications and channels were worth.',
  newsletters: 'Lists of a newsletter, who is on them, and the pages on which people confirm and leave.',
  notifications: 'What needs a person.',
  endpoints: 'Outgoing webhooks (Standard Webhooks), with a delivery log and replay.',
  workspace: 'The workspace, its people, its API keys and its audit.',
  open: 'Open to everyone: feeds, incoming webhooks, this page.',
} as const

export const introduction = (codes: readonly (readonly [code: string, status: number])[]) => `
Send an API key or a token as \`Authorization: Bearer …\`. Times are UTC instants in ISO 8601; ids are prefixed and
sortable by time. Another workspace's id answers 404, as one that does not exist.

## Lists

A list answers \`{ items, next }\`. Pass \`next\` as \`cursor\`, with the same filters, until it is \`null\`. A cursor is
good for a day, for this list and this workspace.

## Repeating a call

Send an \`Idempotency-Key\` with what creates something, and repeat it after a lost answer: the same call is answered
what the first was, with \`Idempotency-Replayed: true\`, and nothing is done twice. Another body under the same key is
refused.

## Changing what others change

Read, and send the \`ETag\` back as \`If-Match\`: if somebody was faster, the answer is 412 and nothing is written.

## Limits

600 calls a minute for each workspace (far more on one machine); above that 429, with \`Retry-After\` in seconds. A body is 512 KB at most.

## Problems

What goes wrong is a problem document (RFC 9457): \`detail\` says what happened and what to do, \`code\` is stable, and
\`problems\` names each field that is wrong by a JSON pointer. A link that a person opens in a browser (hand-over,
newsletters, the way back from a network) is answered by a page instead.

On AWS, API Gateway answers for itself what never reaches a function, as \`{"message": …}\` with \`application/json\`:
413 above 10 MB, 429 above the deployment's rate, 500 and 503 where a function cannot run. An HTTP API lets nobody change
that. On one machine these are problem documents too.

| status | code |
|---|---|
${codes.map(([code, status]) => `| ${status} | \`${code}\` |`).join('\n')}
`

export const problemSchema = z
  .looseObject({
    type: z.string().meta({ description: 'Where the code is explained.' }),
    title: z.string(),
    status: z.int(),
    detail: z.string().meta({ description: 'What happened and what to do.' }),
    code: z.string().meta({ description: 'Stable: programs decide on it.' }),
    instance: z.string().meta({ description: 'The id of the request, in our log too.' }),
    problems: z
      .array(
        z.looseObject({
          pointer: z.string().meta({ description: 'JSON pointer (RFC 6901) to the field.' }),
          code: z.string(),
          message: z.string(),
          in: z.enum(['body', 'query', 'path', 'header']).optional(),
        }),
      )
      .optional(),
  })
  .meta({
    example: {
      type: '/docs#validation_failed',
      title: 'The content is refused',
      status: 422,
      detail: 'One thing is not as needed: see problems.',
      code: 'validation_failed',
      instance: 'JKJaXmPLvHcESHA=',
      problems: [{ pointer: '/text', code: 'required', message: 'This is required.', in: 'body' }],
    },
  })
