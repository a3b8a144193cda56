/** The settings of a stage: from `cdk.json` (context `stages.<name>`), overridden by `PARVIS_*` variables, checked here. */
import * as z from 'zod'

/** What CloudWatch Logs takes as retention. */
const retentions = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
]

const address = z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/$/, ''))

const settings = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-z][a-z0-9-]{1,15}$/, '2 to 16 small letters, digits and hyphens')
      .describe('PARVIS_STAGE: part of every name'),
    mailFrom: z
      .string()
      .regex(/^([^<>@]+ <[^<>@\s]+@[^<>@\s]+>|[^<>@\s]+@[^<>@\s]+)$/, '"name@example.com" or "Name <name@example.com>"')
      .optional()
      .describe('PARVIS_MAIL_FROM: an identity verified in SES; without it no mail is sent'),
    /** People sign in here. Default: a Cognito user pool of the stage's own; `none`: API keys only. */
    oidc: z
      .union([z.literal(['cognito', 'none']), z.strictObject({ issuer: address, audience: z.string().min(1) })])
      .default('cognito')
      .describe('PARVIS_OIDC_ISSUER and PARVIS_OIDC_AUDIENCE'),
    alarmMail: z.email().optional().describe('PARVIS_ALARM_MAIL: who is told when an alarm goes off'),
    logRetentionDays: z.coerce
      .number()
      .refine((days) => retentions.includes(days), `one of ${retentions.join(', ')}`)
      .default(30)
      .describe('PARVIS_LOG_RETENTION_DAYS'),
    /** Whether table, bucket, keys and people outlive the stacks. */
    keepData: z.stringbool().or(z.boolean()).default(true).describe('PARVIS_KEEP_DATA'),
    /** The API's address if something of yours stands before it (a domain, a CDN). Default: the gateway's own. */
    publicUrl: address.optional().describe('PARVIS_PUBLIC_URL'),
    /** Where the bucket's `media/` is read by the world. Default: the stage's CloudFront distribution. */
    mediaUrl: address.optional().describe('PARVIS_MEDIA_URL'),
    /** Pages that may call the API from a browser. Bearer tokens only, so that any origin is harmless. */
    corsOrigins: z.array(z.string()).default(['*']),
    requestsPerSecond: z.coerce.number().int().min(1).default(200).describe('PARVIS_REQUESTS_PER_SECOND'),
    /** Whether hosts that users name may be private ones: for one machine only. */
    allowPrivateHosts: z.stringbool().or(z.boolean()).default(false).describe('PARVIS_ALLOW_PRIVATE_HOSTS'),
  })
  .refine((stage) => !stage.allowPrivateHosts || stage.name === localStage, {
    path: ['allowPrivateHosts'],
    error: `only the stage "local" may reach private hosts: on AWS it would open the account's own network`,
  })

export type Stage = z.infer<typeof settings>

/** The stage that runs on one machine. */
export const localStage = 'local'

const defaults: Record<string, object> = {
  [localStage]: { oidc: 'none', keepData: false, mailFrom: 'Parvis <parvis@localhost>' },
}

/**
 * The stage named by `PARVIS_STAGE` (default `dev`). `stages` is the context of that name. Throws an Error that names
 * each setting that is wrong.
 */
export function readStage(env: Readonly<Record<string, string | undefined>>, stages: unknown = {}): Stage {
  const set = (name: string) => env[name] || undefined
  const name = set('PARVIS_STAGE') ?? 'dev'
  const issuer = set('PARVIS_OIDC_ISSUER')
  const fromEnvironment = {
    mailFrom: set('PARVIS_MAIL_FROM'),
    oidc: issuer === undefined ? undefined : { issuer, audience: set('PARVIS_OIDC_AUDIENCE') },
    alarmMail: set('PARVIS_ALARM_MAIL'),
    logRetentionDays: set('PARVIS_LOG_RETENTION_DAYS'),
    keepData: set('PARVIS_KEEP_DATA'),
    publicUrl: set('PARVIS_PUBLIC_URL'),
    mediaUrl: set('PARVIS_MEDIA_URL'),
    requestsPerSecond: set('PARVIS_REQUESTS_PER_SECOND'),
    allowPrivateHosts: set('PARVIS_ALLOW_PRIVATE_HOSTS'),
  }
  const given = Object.fromEntries(Object.entries(fromEnvironment).filter(([, value]) => value !== undefined))
  const written = z.record(z.string(), z.record(z.string(), z.unknown())).parse(stages)
  const parsed = settings.safeParse({ ...defaults[name], ...written[name], ...given, name })
  if (parsed.success) return parsed.data
  throw new Error(`The settings of the stage "${name}" are wrong:\n${z.prettifyError(parsed.error)}`)
}
