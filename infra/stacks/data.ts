import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib'
import {
  AllowedMethods,
  CachePolicy,
  Distribution,
  HeadersFrameOption,
  HttpVersion,
  ResponseHeadersPolicy,
  S3OriginAccessControl,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront'
import { S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins'
import {
  AttributeType,
  BillingMode,
  ProjectionType,
  StreamViewType,
  Table,
  TableEncryption,
} from 'aws-cdk-lib/aws-dynamodb'
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { BlockPublicAccess, Bucket, BucketEncryption, HttpMethods, ObjectOwnership } from 'aws-cdk-lib/aws-s3'
import { Secret } from 'aws-cdk-lib/aws-secretsmanager'
import type { Construct } from 'constructs'
import { tableShape } from '../../shared/aws/table-shape.ts'
import { exportedBucket, type House, named } from '../house.ts'
import { accept } from '../nag.ts'
import type { Stage } from '../stage.ts'

const text = (name: string) => ({ name, type: AttributeType.STRING })

/** What must survive: the table, the objects, the keys. Nothing here runs. */
export class DataStack extends Stack {
  readonly table: Table
  readonly #objects: Bucket
  readonly bucket: House['bucket']
  readonly credentials: Secret
  readonly hooks: Secret
  readonly signing: Secret
  readonly mediaUrl: string
  readonly #removal: { readonly removalPolicy: RemovalPolicy }

  constructor(scope: Construct, id: string, { stage }: { readonly stage: Stage }) {
    super(scope, id, {
      description: `Parvis ${stage.name}: table, objects, keys`,
      terminationProtection: stage.keepData,
    })
    this.#removal = { removalPolicy: stage.keepData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY }
    this.table = this.#table(stage)
    const logs = this.#logs()
    this.#objects = this.#bucket(stage, logs)
    const arn = this.exportValue(this.#objects.bucketArn, { name: exportedBucket(stage) })
    this.bucket = { name: this.#objects.bucketName, arn }
    this.mediaUrl = stage.mediaUrl ?? `https://${this.#distribution(stage, logs).distributionDomainName}`
    this.credentials = this.#secret(
      stage,
      'credentials',
      'Encrypts the credentials of channels',
      { current: 'k1' },
      'k1',
    )
    this.hooks = this.#secret(stage, 'hooks', 'Derives the secrets of accounts’ own hooks', {}, 'key')
    this.signing = this.#secret(stage, 'signing', 'Signs cursors and upload tokens', {}, 'key')
  }

  #table(stage: Stage): Table {
    const table = new Table(this, 'Table', {
      tableName: `parvis-${stage.name}`,
      partitionKey: text(tableShape.partitionKey),
      sortKey: text(tableShape.sortKey),
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.AWS_MANAGED,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      timeToLiveAttribute: tableShape.timeToLive,
      deletionProtection: stage.keepData,
      stream: StreamViewType.NEW_IMAGE,
      ...this.#removal,
    })
    for (const { name, pk, sk, projection } of tableShape.indexes)
      table.addGlobalSecondaryIndex({
        indexName: name,
        partitionKey: text(pk),
        sortKey: text(sk),
        projectionType: ProjectionType[projection],
      })
    return table
  }

  /** Who read what: of the bucket and of the distribution, kept 90 days. */
  #logs(): Bucket {
    const logs = new Bucket(this, 'AccessLogs', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      objectOwnership: ObjectOwnership.OBJECT_WRITER,
      lifecycleRules: [{ id: 'expire', expiration: Duration.days(90) }],
      ...this.#removal,
    })
    accept(logs, { S1: 'This is the bucket that access logs are written to; logging it would log the logging.' })
    return logs
  }

  #bucket(stage: Stage, logs: Bucket): Bucket {
    return new Bucket(this, 'Bucket', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      serverAccessLogsBucket: logs,
      serverAccessLogsPrefix: 'bucket/',
      lifecycleRules: [
        // A raw delivery outlives its message in the dead-letter queue by nothing.
        { id: 'deliveries', prefix: 'ingest/', expiration: Duration.days(15) },
        // Nobody said that it was complete: nothing knows of it any more.
        { id: 'abandoned-uploads', prefix: 'uploads/', expiration: Duration.days(1) },
        { id: 'unfinished-uploads', abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
      cors: [
        {
          allowedMethods: [HttpMethods.PUT],
          allowedOrigins: stage.corsOrigins,
          allowedHeaders: ['*'],
          exposedHeaders: ['ETag'],
          maxAge: 3600,
        },
      ],
      ...this.#removal,
    })
  }

  /** Media that networks fetch: `media/` of the bucket, by unguessable keys, and nothing else of it. */
  #distribution(stage: Stage, logs: Bucket): Distribution {
    const bucket = this.#objects
    const control = new S3OriginAccessControl(this, 'MediaAccess', { description: named(stage, 'media') })
    const distribution = new Distribution(this, 'Media', {
      comment: named(stage, 'media'),
      httpVersion: HttpVersion.HTTP2_AND_3,
      enableLogging: true,
      logBucket: logs,
      logFilePrefix: 'media/',
      defaultBehavior: {
        origin: S3BucketOrigin.withBucketDefaults(bucket, { originAccessControlId: control.originAccessControlId }),
        allowedMethods: AllowedMethods.ALLOW_GET_HEAD,
        viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
        cachePolicy: CachePolicy.CACHING_OPTIMIZED,
        // What people upload is shown to others: it must never run as a page.
        responseHeadersPolicy: new ResponseHeadersPolicy(this, 'MediaHeaders', {
          securityHeadersBehavior: {
            contentTypeOptions: { override: true },
            frameOptions: { frameOption: HeadersFrameOption.DENY, override: true },
            contentSecurityPolicy: { contentSecurityPolicy: "default-src 'none'; sandbox", override: true },
            strictTransportSecurity: { accessControlMaxAge: Duration.days(365), override: true },
          },
        }),
      },
    })
    bucket.addToResourcePolicy(
      new PolicyStatement({
        sid: 'MediaForTheWorld',
        principals: [new ServicePrincipal('cloudfront.amazonaws.com')],
        actions: ['s3:GetObject'],
        resources: [bucket.arnForObjects('media/*')],
        conditions: { StringEquals: { 'aws:SourceArn': distribution.distributionArn } },
      }),
    )
    accept(distribution, {
      CFR1: 'Networks fetch media from wherever their machines stand; nothing is to be kept from a country.',
      CFR2: 'Only static objects behind unguessable keys are served; a web application firewall would have nothing to look at.',
      CFR4: 'The certificate is that of cloudfront.net, which fixes the protocols it takes; a stage with a domain of its own puts it before this.',
    })
    return distribution
  }

  #secret(stage: Stage, name: keyof typeof rotation, description: string, template: object, key: string): Secret {
    const secret = new Secret(this, `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`, {
      secretName: `parvis/${stage.name}/${name}`,
      description,
      generateSecretString: {
        secretStringTemplate: JSON.stringify(template),
        generateStringKey: key,
        passwordLength: 64,
        excludePunctuation: true,
      },
      ...this.#removal,
    })
    accept(secret, { SMG4: rotation[name] })
    return secret
  }
}

/** Why no secret is rotated by the clock. */
const rotation = {
  credentials: 'Rotated by adding a key and pointing "current" at it: what is stored is read with the key it names.',
  hooks: 'Networks hold what is derived from it until their account is connected again; it is replaced if it leaks.',
  signing: 'Rotating it would only make cursors invalid; it is replaced by hand if it leaks.',
} as const
