/** How the CDK behaves, fixed here so that it is the same with and without its command line. */
export const flags = {
  /** Templates say where each function's code lies: the one-machine stage reads it. */
  'aws:cdk:enable-asset-metadata': true,
  'aws:cdk:enable-path-metadata': false,
  'aws:cdk:disable-stack-trace': true,
  /** What another stack still reads cannot be taken away under it. */
  '@aws-cdk/core:defaultCrossStackReferences': 'strong',
  '@aws-cdk/core:newStyleStackSynthesis': true,
  '@aws-cdk/aws-iam:minimizePolicies': true,
  '@aws-cdk/core:checkSecretUsage': true,
  '@aws-cdk/aws-sqs:restrictDLQ': true,
} as const
