import { describe, expect, it } from 'vitest'
import { tableShape } from '../../shared/aws/table-shape.ts'
import { leadsTo, ofType, only, synthesized } from './stage-of-tests.ts'

const prod = synthesized({ PARVIS_STAGE: 'prod' })
const dev = synthesized({ PARVIS_STAGE: 'dev', PARVIS_KEEP_DATA: 'false' })
const table = only(prod, 'AWS::DynamoDB::Table', () => true)
const bucket = only(prod, 'AWS::S3::Bucket', ({ CorsConfiguration }) => CorsConfiguration !== undefined)

describe('the table', () => {
  it('is encrypted, restorable to any second, paid by request, and forgets what expires', () => {
    expect(table.Properties).toMatchObject({
      SSESpecification: { SSEEnabled: true },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      TimeToLiveSpecification: { AttributeName: tableShape.timeToLive, Enabled: true },
      BillingMode: 'PAY_PER_REQUEST',
      StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
    })
  })

  it('has the keys and indexes that the code queries', () => {
    const hashAndRange = (pk: string, sk: string) => [
      { AttributeName: pk, KeyType: 'HASH' },
      { AttributeName: sk, KeyType: 'RANGE' },
    ]
    expect(table.Properties.KeySchema).toEqual(hashAndRange(tableShape.partitionKey, tableShape.sortKey))
    expect(table.Properties.GlobalSecondaryIndexes).toEqual(
      tableShape.indexes.map(({ name, pk, sk, projection }) => ({
        IndexName: name,
        KeySchema: hashAndRange(pk, sk),
        Projection: { ProjectionType: projection },
      })),
    )
  })
})

describe('what must survive', () => {
  const kept = ['AWS::DynamoDB::Table', 'AWS::S3::Bucket', 'AWS::SecretsManager::Secret', 'AWS::Cognito::UserPool']

  it('outlives the stacks of a stage that keeps its data', () => {
    const policies = prod.filter(({ Type }) => kept.includes(Type)).map(({ DeletionPolicy }) => DeletionPolicy)
    expect(policies.length).toBeGreaterThanOrEqual(kept.length)
    expect(new Set(policies)).toEqual(new Set(['Retain']))
    expect(table.Properties.DeletionProtectionEnabled).toBe(true)
  })

  it('goes with the stacks of a stage that does not', () => {
    const policies = dev.filter(({ Type }) => kept.includes(Type)).map(({ DeletionPolicy }) => DeletionPolicy)
    expect(new Set(policies)).toEqual(new Set(['Delete']))
    expect(only(dev, 'AWS::DynamoDB::Table', () => true).Properties.DeletionProtectionEnabled).toBe(false)
  })
})

describe('objects', () => {
  const policies = ofType(prod, 'AWS::S3::BucketPolicy')

  it('are encrypted, closed to the public, and moved by TLS only, in every bucket', () => {
    const buckets = ofType(prod, 'AWS::S3::Bucket')
    expect(buckets).toHaveLength(2)
    for (const one of buckets) {
      expect(one.Properties.BucketEncryption.ServerSideEncryptionConfiguration).toHaveLength(1)
      expect(Object.values(one.Properties.PublicAccessBlockConfiguration)).toEqual([true, true, true, true])
      const statements = policies.find(({ Properties }) => leadsTo(Properties.Bucket, one))?.Properties.PolicyDocument
        .Statement
      expect(statements).toContainEqual(
        expect.objectContaining({
          Effect: 'Deny',
          Action: 's3:*',
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        }),
      )
    }
  })

  it('that were delivered raw expire, and uploads that were not finished go', () => {
    expect(bucket.Properties.LifecycleConfiguration.Rules).toEqual([
      expect.objectContaining({ Prefix: 'ingest/', ExpirationInDays: 15, Status: 'Enabled' }),
      expect.objectContaining({ Prefix: 'uploads/', ExpirationInDays: 1, Status: 'Enabled' }),
      expect.objectContaining({ AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 }, Status: 'Enabled' }),
    ])
  })

  it('are uploaded from a page by presigned PUT', () => {
    expect(bucket.Properties.CorsConfiguration.CorsRules[0]).toMatchObject({
      AllowedMethods: ['PUT'],
      AllowedHeaders: ['*'],
    })
  })

  it('are shown to the world below media/, through the distribution and no other way', () => {
    const policy = policies.find(({ Properties }) => leadsTo(Properties.Bucket, bucket))
    const open = policy?.Properties.PolicyDocument.Statement.filter(
      ({ Effect }: { Effect: string }) => Effect === 'Allow',
    )
    expect(open).toHaveLength(1)
    expect(open[0]).toMatchObject({ Action: 's3:GetObject', Principal: { Service: 'cloudfront.amazonaws.com' } })
    expect(JSON.stringify(open[0].Resource)).toContain('/media/*')
    const distribution = only(prod, 'AWS::CloudFront::Distribution', () => true)
    expect(leadsTo(open[0].Condition.StringEquals['aws:SourceArn'], distribution)).toBe(true)
    const [origin] = distribution.Properties.DistributionConfig.Origins
    expect(
      leadsTo(
        origin.OriginAccessControlId,
        only(prod, 'AWS::CloudFront::OriginAccessControl', () => true),
      ),
    ).toBe(true)
  })
})

describe('keys', () => {
  it('are made by Secrets Manager in the form that the code reads', () => {
    const made = ofType(prod, 'AWS::SecretsManager::Secret').map(({ Properties }) => [
      Properties.Name,
      Properties.GenerateSecretString.SecretStringTemplate,
      Properties.GenerateSecretString.GenerateStringKey,
    ])
    expect(made).toEqual([
      ['parvis/prod/credentials', '{"current":"k1"}', 'k1'],
      ['parvis/prod/hooks', '{}', 'key'],
      ['parvis/prod/signing', '{}', 'key'],
    ])
  })
})

describe('messages', () => {
  it('are encrypted where they wait, and sent by TLS only', () => {
    const queues = ofType(prod, 'AWS::SQS::Queue')
    expect(queues.length).toBeGreaterThan(10)
    for (const queue of queues) {
      expect(queue.Properties.SqsManagedSseEnabled).toBe(true)
      const policy = ofType(prod, 'AWS::SQS::QueuePolicy').filter(({ Properties }) => leadsTo(Properties.Queues, queue))
      expect(JSON.stringify(policy)).toContain('"aws:SecureTransport":"false"')
    }
  })
})

describe('logs', () => {
  it('are kept as long as the stage says, and no longer', () => {
    const week = synthesized({ PARVIS_LOG_RETENTION_DAYS: '7' })
    const kept = ofType(week, 'AWS::Logs::LogGroup').map(({ Properties }) => Properties.RetentionInDays)
    expect(kept.length).toBe(ofType(week, 'AWS::Lambda::Function').length + 1)
    expect(new Set(kept)).toEqual(new Set([7]))
  })

  it('of every function go to its own group', () => {
    for (const one of ofType(prod, 'AWS::Lambda::Function')) {
      const group = only(
        prod,
        'AWS::Logs::LogGroup',
        ({ LogGroupName }) => LogGroupName === `/aws/lambda/${one.Properties.FunctionName}`,
      )
      expect(leadsTo(one.Properties.LoggingConfig.LogGroup, group)).toBe(true)
    }
  })

  it('of the gateway hold no header and no query string', () => {
    const { Format } = only(prod, 'AWS::ApiGatewayV2::Stage', () => true).Properties.AccessLogSettings
    expect(Format).toContain('$context.requestId')
    expect(Format).not.toMatch(/header|query|authorizer/i)
  })
})
