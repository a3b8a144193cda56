/**
 * Who may import whom (docs/architecture.md). A rule says what is forbidden, and why; `npm run check` also makes sure
 * that modules were seen at all.
 */
import type { IConfiguration } from 'dependency-cruiser'

const contexts =
  '^shared/(workspaces|channels|publishing|inbox|listening|reputation|measuring|community|media|notifying|newsletters)'
const entryOf = `${contexts}/index[.]ts$`

/** Rules that type imports may break: they are gone at run time. (With swc, dependency-cruiser cannot tell them.) */
export const typesAreFree: ReadonlySet<string> = new Set([
  'no-circles',
  'resolvable',
  'context-by-its-index',
  'bundled-is-dependency',
])

export const dependencyRules: IConfiguration = {
  forbidden: [
    {
      name: 'no-circles',
      comment: 'What imports each other is one thing in two files.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'resolvable',
      comment: 'An import leads somewhere.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'kernel-alone',
      comment: 'The kernel knows zod and the id and time libraries, and nothing of ours.',
      severity: 'error',
      from: { path: '^shared/kernel/' },
      to: { path: '^(shared|functions|infra|local|tests|bench|scripts)/', pathNot: '^shared/(kernel|i18n)/' },
    },
    {
      name: 'i18n-alone',
      comment: 'Everything may speak to people; how they are spoken to knows nothing of ours.',
      severity: 'error',
      from: { path: '^shared/i18n/' },
      to: { path: '^(shared|functions|infra|local|tests|bench|scripts)/', pathNot: '^shared/i18n/' },
    },
    {
      name: 'network-alone',
      comment:
        'A connector knows the kernel, the network interface, what all share (HTTP client, text, rules, OAuth, cards), its family (articles, meta, google) and its own folder.',
      severity: 'error',
      from: {
        path: '^shared/networks/([^/]+)/',
        pathNot: '^shared/networks/(http|text|rules|oauth|cards|articles|meta|google)/',
      },
      to: {
        path: '^(shared|functions|infra|local|tests|bench|scripts)/',
        pathNot: [
          '^shared/(kernel|i18n)/',
          '^shared/networks/[^/]+[.]ts$',
          '^shared/networks/(http|text|rules|oauth|cards|articles|meta|google)/',
          '^shared/networks/$1/',
        ],
      },
    },
    {
      name: 'shared-by-networks-alone',
      comment: 'What the connectors share knows the kernel and the network interface only.',
      severity: 'error',
      from: { path: '^shared/networks/(http|text|rules|oauth|cards|articles|meta|google)/' },
      to: {
        path: '^(shared|functions|infra|local)/',
        pathNot: [
          '^shared/(kernel|i18n)/',
          '^shared/networks/[^/]+[.]ts$',
          '^shared/networks/(http|text|rules|oauth|cards|articles|meta|google)/',
        ],
      },
    },
    {
      name: 'connectors-by-registry',
      comment: 'A connector is reached through the registry, which loads it when it is first used.',
      severity: 'error',
      from: { pathNot: ['^shared/networks/', '^tests/', '^local/', '^bench/'] },
      to: { path: '^shared/networks/[^/]+/', pathNot: '^shared/networks/(http|text|rules|oauth|cards)/' },
    },
    {
      name: 'sdk-in-aws-only',
      comment: 'One place speaks to AWS.',
      severity: 'error',
      from: { path: '^(shared|functions|infra)/', pathNot: '^shared/aws/' },
      to: { path: 'node_modules/@(aws-sdk|smithy)/' },
    },
    {
      name: 'middy-in-http-only',
      comment: 'One place knows how functions are wrapped.',
      severity: 'error',
      from: { pathNot: '^shared/http/' },
      to: { path: 'node_modules/@middy/' },
    },
    {
      name: 'aws-below',
      comment: 'The AWS wrappers know the kernel, no context and no network.',
      severity: 'error',
      from: { path: '^shared/aws/' },
      to: { path: '^(shared|functions|infra|local|tests)/', pathNot: ['^shared/(kernel|i18n)/', '^shared/aws/'] },
    },
    {
      name: 'scheduling-below',
      comment:
        'What waits for the machine is the same for every context: scheduling knows the kernel and the AWS wrappers.',
      severity: 'error',
      from: { path: '^shared/scheduling/' },
      to: {
        path: '^(shared|functions|infra|local|tests)/',
        pathNot: ['^shared/kernel/', '^shared/aws/', '^shared/scheduling/'],
      },
    },
    {
      name: 'http-without-contexts',
      comment: 'HTTP knows no context: what it needs of one is handed in.',
      severity: 'error',
      from: { path: '^shared/http/' },
      to: { path: contexts },
    },
    {
      name: 'context-by-its-index',
      comment: 'Another context is its index and its events, and nothing of its insides but their types.',
      severity: 'error',
      from: { path: `${contexts}/` },
      to: {
        path: `${contexts}/`,
        pathNot: ['^shared/$1/', entryOf, `${contexts}/events[.]ts$`],
      },
    },
    {
      name: 'contexts-without-entry-points',
      comment: 'What entry points call does not know them.',
      severity: 'error',
      from: { path: '^shared/' },
      to: { path: '^(functions|infra|local|tests|bench|scripts)/' },
    },
    {
      name: 'functions-at-run-time',
      comment: 'Entry points know what runs, not how it is deployed or tried.',
      severity: 'error',
      from: { path: '^functions/' },
      to: { path: ['^(infra|local|tests|bench|scripts)/', 'node_modules/(aws-cdk-lib|constructs|cdk-nag)/'] },
    },
    {
      name: 'infra-loads-lists-only',
      comment: 'Infra reads the plain lists; it never loads what runs.',
      severity: 'error',
      from: { path: '^infra/', pathNot: '^infra/aliases/' },
      to: {
        path: '^(shared|functions|local|tests)/',
        pathNot: [
          '^functions/(uses|event-names|api/routes|consumers/consumers|schedules/schedules)[.]ts$',
          '^shared/aws/(table-shape|keys|event-source)[.]ts$',
        ],
      },
    },
    {
      name: 'cdk-in-infra-only',
      comment: 'The CDK deploys; nothing that runs needs it.',
      severity: 'error',
      from: { pathNot: ['^infra/', '^tests/infra/', '^scripts/check'] },
      to: { path: 'node_modules/(aws-cdk-lib|constructs|cdk-nag)/' },
    },
    {
      name: 'no-tests-in-product',
      comment: 'The product does not know its tests.',
      severity: 'error',
      from: { path: '^(shared|functions|infra)/' },
      to: { path: '^(tests|bench)/' },
    },
    {
      name: 'bundled-is-dependency',
      comment: 'What is bundled into a function is a dependency, not a tool.',
      severity: 'error',
      from: { path: '^(shared|functions)/' },
      to: { dependencyTypes: ['npm-dev', 'npm-optional', 'npm-no-pkg', 'npm-unknown'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // packages of their own, installed apart
    exclude: { path: '(^|/)(cdk[.]out|[.]parvis)/|^tests/servers/|^bench/bullmq/' },
    parser: 'swc',
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.mjs', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'module', 'node', 'default', 'types'],
    },
    moduleSystems: ['es6', 'cjs'],
  },
}
