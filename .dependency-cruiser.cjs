/** Layers, from the bottom up. A file may import its own layer and what is listed here; every other edge is an error. */
const calculating = '^(node:)?(crypto|util|url|path|events|timers|zlib)';
const packages = (...names) => `node_modules/(${names.join('|')})/`;
const core = '^lib/core/';
const kinds = '^connectors/[^/]+/[^/]+\\.ts$';

const layers = {
  '^lib/core/': [core, packages('zod', 'big\\.js', 'temporal-polyfill'), calculating],
  '^contracts/': ['^contracts/', core, packages('zod', 'big\\.js')],
  '^lib/protocols/': ['^lib/protocols/', core, packages('zod', 'big\\.js', 'oauth4webapi'), calculating],
  '^connectors/([^/]+)/(?!simulator/)': [
    '^connectors/$1/(?!simulator/)',
    '^contracts/',
    '^lib/protocols/',
    core,
    packages('zod', 'big\\.js'),
    calculating,
  ],
  '^lib/simulation/': ['^lib/simulation/', packages('zod')],
  '^connectors/([^/]+)/simulator/': ['^connectors/$1/simulator/', '^lib/simulation/', packages('zod', 'big\\.js')],
  '^countersign\\.config\\.ts$': [kinds, '^statemachines/', '^lib/core/config\\.ts$'],
  '^lib/people/': ['^lib/people/', core, packages('zod', 'big\\.js', 'otpauth', 'openid-client'), calculating],
  '^lib/aws/': [
    '^lib/aws/',
    '^lib/people/',
    core,
    packages('@aws-sdk', '@aws-lambda-powertools', '@smithy', '@types/aws-lambda', 'standardwebhooks', 'zod'),
  ],
  '^functions/': ['^lib/aws/', '^countersign\\.config\\.ts$'],
  '^statemachines/': ['^contracts/', core, packages('zod')],
  '^lib/constructs/': ['^lib/constructs/', '^statemachines/', core, packages('aws-cdk-lib', 'constructs'), calculating],
  '^lib/[^/]+\\.ts$': ['^lib/[^/]+\\.ts$', '^lib/constructs/', core, packages('aws-cdk-lib', 'constructs')],
  '^local/': ['^local/', 'node_modules/'],
  '^bin/': ['^bin/', '^lib/[^/]+\\.ts$', core, '^local/', '^countersign\\.config\\.ts$', 'node_modules/'],
  '^(test|examples|bench)/': ['.'],
};

/** Layers that touch the machine: files, sockets, processes. */
const impure = '^(lib/simulation/|connectors/[^/]+/simulator/|lib/aws/|lib/[^/]+\\.ts$|local/|bin/)';

/** What nothing in `from` may reach, over however many imports. */
const never = (name, from, to, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: { path: to, reachable: true },
});

const product = '^(lib|functions|connectors|contracts)/|^countersign\\.config\\.ts$';
const simulators = '^(lib/simulation|connectors/[^/]+/simulator)/';
const cdk = packages('aws-cdk-lib', 'constructs', 'cdk-nag');
const awsSdk = packages('@aws-sdk', '@aws-lambda-powertools', '@smithy');

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    never('no-cdk-in-functions', '^(functions|lib/aws)/', cdk, 'A bundle must not carry the CDK.'),
    never('no-simulator-in-functions', '^(functions|lib/aws)/', simulators, 'A bundle must not carry a simulator.'),
    never(
      'no-aws-in-core',
      '^(lib/core|lib/people|lib/protocols|contracts|connectors)/',
      awsSdk,
      'What the product means knows no AWS.',
    ),
    never('no-cdk-in-core', '^(lib/core|lib/protocols|contracts|connectors)/', cdk, 'Nor how it is deployed.'),
    never('no-local-in-product', product, '^local/', 'The local AWS is an island.'),
    never('no-aws-at-synth', '^lib/(constructs/|[^/]+\\.ts$)', awsSdk, 'Synthesis opens no client.'),
    {
      name: 'no-kind-in-another',
      comment: 'Connectors never import one another.',
      severity: 'error',
      from: { path: '^connectors/([^/]+)/' },
      to: { path: '^connectors/', pathNot: '^connectors/$1/' },
    },
    { name: 'nothing-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  allowed: [
    ...Object.entries(layers).map(([from, to]) => ({ from: { path: from }, to: { path: to } })),
    { from: { path: impure }, to: { dependencyTypes: ['core'] } },
  ],
  allowedSeverity: 'error',
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      mainFields: ['main', 'types'],
    },
  },
};
