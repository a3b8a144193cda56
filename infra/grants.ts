/** What each `use` of a function means on AWS: its environment variables, and the least it must be allowed. */
import { ArnFormat, Stack } from 'aws-cdk-lib'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { type Use, uses } from '../functions/uses.ts'
import { healthKey, tableShape } from '../shared/aws/table-shape.ts'
import { exportedBucket, type House, networksPrefix } from './house.ts'

interface Grant {
  readonly environment: Readonly<Record<string, string>>
  readonly statements: readonly PolicyStatement[]
  /** Findings of cdk-nag to accept, and why. */
  readonly accepted?: Readonly<Record<string, string>>
}

const allow = (sid: string, actions: readonly string[], resources: readonly string[]) =>
  new PolicyStatement({ sid, actions: [...actions], resources: [...resources] })

function readTable({ table }: House): Grant {
  const indexes = tableShape.indexes.map(({ name }) => `${table.tableArn}/index/${name}`)
  return {
    environment: { TABLE_NAME: table.tableName },
    statements: [
      allow('ReadTable', ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query'], [table.tableArn]),
      allow('QueryIndexes', ['dynamodb:Query'], indexes),
    ],
  }
}

function writeTable({ table }: House): Grant {
  const actions = ['PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'].map((name) => `dynamodb:${name}`)
  return { environment: { TABLE_NAME: table.tableName }, statements: [allow('WriteTable', actions, [table.tableArn])] }
}

const send =
  (variable: string, name: string) =>
  ({ queues }: House): Grant => {
    const queue = queues[name]
    if (queue === undefined) throw new Error(`There is no queue "${name}" in consumers.ts, but a function uses it.`)
    return {
      environment: { [variable]: queue.queueUrl },
      statements: [allow(`SendTo${name}`, ['sqs:SendMessage'], [queue.queueArn])],
    }
  }

const objects =
  (sid: string, prefix: 'media' | 'uploads' | 'ingest', actions: readonly string[]) =>
  ({ stage, bucket, mediaUrl }: House): Grant => ({
    environment: { BUCKET_NAME: bucket.name, ...(prefix === 'media' ? { MEDIA_URL: mediaUrl } : {}) },
    statements: [allow(sid, actions, [`${bucket.arn}/${prefix}/*`])],
    accepted: {
      [`IAM5[Resource::${exportedBucket(stage)}/${prefix}/*]`]: `Objects have keys of their own below ${prefix}/; nothing else of the bucket is allowed.`,
    },
  })

const secret =
  (variable: string, name: 'credentials' | 'hooks' | 'signing') =>
  (house: House): Grant => ({
    environment: { [variable]: house[name].secretArn },
    statements: [allow(`Read${name}`, ['secretsmanager:GetSecretValue'], [house[name].secretArn])],
  })

function networkSecrets({ stage, table }: House): Grant {
  const stack = Stack.of(table)
  const prefix = networksPrefix(stage)
  const all = stack.formatArn({
    service: 'secretsmanager',
    resource: 'secret',
    resourceName: `${prefix}*`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  })
  return {
    environment: { NETWORKS_SECRET_PREFIX: prefix },
    statements: [allow('ReadNetworks', ['secretsmanager:GetSecretValue'], [all])],
    accepted: {
      [`IAM5[Resource::arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:${prefix}*]`]:
        'One secret for each network, made by hand when its app is registered; the prefix holds nothing else.',
    },
  }
}

/** The sender's address or its domain, whichever was verified in SES. Nothing is allowed where no sender is set. */
function mail({ stage, table }: House): Grant {
  const { mailFrom } = stage
  if (mailFrom === undefined) return { environment: {}, statements: [] }
  const sender = /<(.+)>$/.exec(mailFrom)?.[1] ?? mailFrom
  const identities = [sender, sender.slice(sender.indexOf('@') + 1)].map((resourceName) =>
    Stack.of(table).formatArn({ service: 'ses', resource: 'identity', resourceName }),
  )
  return { environment: { MAIL_FROM: mailFrom }, statements: [allow('SendMail', ['ses:SendEmail'], identities)] }
}

function health({ table, queues }: House): Grant {
  const { publish } = queues
  if (publish === undefined) throw new Error('There is no queue "publish" in consumers.ts, but /health asks it.')
  return {
    environment: { TABLE_NAME: table.tableName, PUBLISH_QUEUE_URL: publish.queueUrl },
    statements: [
      new PolicyStatement({
        sid: 'AskTable',
        actions: ['dynamodb:GetItem'],
        resources: [table.tableArn],
        conditions: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': [healthKey] } },
      }),
      allow('AskQueue', ['sqs:GetQueueAttributes'], [publish.queueArn]),
    ],
  }
}

const grants: Record<Use, (house: House) => Grant> = {
  'table:read': readTable,
  'table:write': writeTable,
  'queue:wake': send('WAKE_QUEUE_URL', 'wake'),
  'queue:publish': send('PUBLISH_QUEUE_URL', 'publish'),
  'queue:ingest': send('INGEST_QUEUE_URL', 'ingest'),
  'queue:poll': send('POLL_QUEUE_URL', 'poll'),
  'queue:deliver': send('DELIVER_QUEUE_URL', 'deliver'),
  'queue:collect': send('COLLECT_QUEUE_URL', 'collect'),
  'queue:letters': send('LETTERS_QUEUE_URL', 'letters'),
  health,
  bus: ({ bus }) => ({
    environment: { BUS_NAME: bus.eventBusName },
    statements: [allow('PublishEvents', ['events:PutEvents'], [bus.eventBusArn])],
  }),
  'media:read': objects('ReadMedia', 'media', ['s3:GetObject']),
  'media:write': objects('WriteMedia', 'media', ['s3:PutObject', 's3:DeleteObject']),
  uploads: objects('TakeUploads', 'uploads', ['s3:GetObject', 's3:PutObject', 's3:DeleteObject']),
  'ingest:read': objects('ReadDeliveries', 'ingest', ['s3:GetObject']),
  'ingest:write': objects('KeepDeliveries', 'ingest', ['s3:PutObject']),
  'secret:credentials': secret('CREDENTIALS_SECRET_ID', 'credentials'),
  'secret:hooks': secret('HOOKS_SECRET_ID', 'hooks'),
  'secret:networks': networkSecrets,
  'secret:signing': secret('SIGNING_SECRET_ID', 'signing'),
  mail,
}

/** The variables and permissions of a function that uses these. Throws if a variable named in `uses.ts` is missing. */
export function granted(house: House, used: readonly Use[]): Required<Grant> {
  const each = used.map((use) => ({ use, ...grants[use](house) }))
  const environment: Record<string, string> = Object.assign({}, ...each.map((grant) => grant.environment))
  for (const { use } of each)
    for (const variable of uses[use])
      if (use !== 'mail' && environment[variable] === undefined) throw new Error(`"${use}" should set ${variable}.`)
  return {
    environment,
    statements: each.flatMap((grant) => grant.statements),
    accepted: Object.assign({}, ...each.map((grant) => grant.accepted)),
  }
}
