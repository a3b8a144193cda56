import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import * as z from 'zod'
import { Assembly, nameIn } from '../../local/template.ts'
import { functionsOf } from '../../local/wiring.ts'

const around = { publicUrl: 'http://127.0.0.1:4747', queueUrl: (name: string) => `http://queues/000000000000/${name}` }
let assembly: Assembly

beforeAll(async () => {
  assembly = await Assembly.read(join(import.meta.dirname, 'fixtures/assembly'), around)
})

it('resolves what a function is told about its surroundings', () => {
  const [found] = functionsOf(assembly, { EXTRA: 'yes' })
  expect(found?.environment).toEqual({
    AWS_LAMBDA_FUNCTION_NAME: 'shop-work',
    AWS_SDK_UA_APP_ID: 'shop-work',
    EXTRA: 'yes',
    TABLE: 'shop-things',
    TABLE_ARN: 'arn:aws:dynamodb:eu-west-3:000000000000:table/shop-things',
    QUEUE_URL: 'http://queues/000000000000/shop-work',
    QUEUE_NAME: 'shop-work',
    BUS: 'shop-events',
    API: 'http://127.0.0.1:4747',
    JOINED: 'a/aws/y',
    SUB: 'arn:aws:sqs:eu-west-3:000000000000:shop-work ${Literal} shop-events shop-app',
  })
  expect(found?.folder).toBe(join(import.meta.dirname, 'fixtures/functions'))
})

it('names what has no name, and gives what does not exist here an address that leads nowhere', () => {
  const [bucket] = assembly.all('AWS::S3::Bucket', z.unknown())
  expect(bucket?.name).toBe('shop-data-bucket')
  expect(assembly.all('AWS::CloudFront::Distribution', z.unknown()).map(({ arn }) => arn)).toHaveLength(1)
})

it('keeps the whole of a redrive policy', () => {
  const queues = assembly.all('AWS::SQS::Queue', z.looseObject({}))
  expect(queues.find(({ name }) => name === 'shop-work')?.properties).toMatchObject({
    RedrivePolicy: { deadLetterTargetArn: 'arn:aws:sqs:eu-west-3:000000000000:shop-dead', maxReceiveCount: 3 },
  })
})

it('minds only what it uses: a condition in a role is nothing to it, in a queue it is refused by name', async () => {
  expect(() => assembly.all('AWS::IAM::Role', z.unknown())).toThrow('Fn::If')
})

it('says which resource it cannot run', () => {
  expect(() => assembly.all('AWS::SQS::Queue', z.object({ FifoQueue: z.literal(true) }))).toThrow('shop-app/Dead')
  expect(() => assembly.asset('missing.zip')).toThrow('missing.zip')
})

it.each([
  ['arn:aws:lambda:eu-west-3:000000000000:function:shop-work', 'shop-work'],
  ['arn:aws:lambda:eu-west-3:000000000000:function:shop-work:live', 'shop-work'],
  [
    'arn:aws:apigateway:eu-west-3:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-3:0:function:shop-work/invocations',
    'shop-work',
  ],
  ['shop-work', 'shop-work'],
  ['arn:aws:sqs:eu-west-3:000000000000:shop-work', 'shop-work'],
  ['arn:aws:dynamodb:eu-west-3:000000000000:table/shop-things/stream/latest', 'shop-things'],
])('%s is called %s', (reference, name) => {
  expect(nameIn(reference)).toBe(name)
})
