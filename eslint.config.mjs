import tseslint from 'typescript-eslint';

const forbid = (selector, message) => ({ selector, message });

export default tseslint.config(
  { ignores: ['dist/', 'data/', 'node_modules/', '.cache/', 'docs/', 'apps/widget/public/', '**/*.generated.ts'] },
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.base],
    languageOptions: {
      parserOptions: {
        project: ['./tsconfig.json', './apps/widget/tsconfig.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': [
        'error',
        { checksVoidReturn: { attributes: false, arguments: false } },
      ],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrors: 'none' },
      ],
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      'max-params': ['error', 4],
      'no-console': 'error',
      eqeqeq: 'error',
    },
  },
  {
    // judgement is pure: `now` is an argument, randomness and the environment stay outside (docs/adr/0002)
    files: ['**/*.rules.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        forbid(
          "CallExpression[callee.object.name='Date'][callee.property.name='now']",
          'Rules get `now` as an argument.',
        ),
        forbid("NewExpression[callee.name='Date'][arguments.length=0]", 'Rules get `now` as an argument.'),
        forbid(
          "CallExpression[callee.object.name='Math'][callee.property.name='random']",
          'Rules are deterministic; pass the value in.',
        ),
        forbid("Identifier[name='process']", 'Rules know no environment; pass the setting in.'),
        forbid(':function[async=true]', 'Rules decide, services wait.'),
      ],
    },
  },
  {
    // what every message goes through: V8 of Node 20 gives each object of a literal that begins with a spread a shape of
    // its own, which costs ten times the literal and slows whoever reads it (bench/README.md)
    files: [
      'apps/gateway/src/ingress/{receipts,webhooks}/*.ts',
      'apps/inbox/src/threading/*.store.ts',
      'apps/sla/src/tracking/*.store.ts',
      'libs/database/src/{chain,database,open-transaction,packed,statements}.ts',
      'libs/event-log/src/{batch-work,envelope,open,pending}.ts',
      'libs/event-log/src/postgres/*.ts',
      'libs/event-log/src/kafka/kafka-subscription.ts',
    ],
    ignores: ['**/*.spec.ts', '**/*.rules.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        forbid('ObjectExpression[properties.length>1] > SpreadElement:first-child', 'Put the spread last.'),
      ],
    },
  },
  {
    // one door out: #egress checks where a call goes; these few speak to a provider's own hosts or to our processes
    files: [
      'apps/gateway/src/**/*.ts',
      'apps/notifier/src/**/*.ts',
      'apps/inbox/src/**/*.ts',
      'libs/connectors/**/*.ts',
    ],
    ignores: [
      '**/*.spec.ts',
      '**/testing/**',
      'libs/connectors/src/far-end.ts',
      'libs/connectors/src/fetch-media.ts',
      'libs/connectors/src/messenger/send.ts',
      'apps/gateway/src/edge/app-client.ts',
      'apps/gateway/src/edge/proxy.ts',
    ],
    rules: {
      'no-restricted-globals': ['error', { name: 'fetch', message: 'Call out through #egress.' }],
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          paths: ['http', 'https', 'node:http', 'node:https', 'node:http2', 'axios', 'got', 'undici'].map((name) => ({
            name,
            message: 'Call out through #egress.',
            allowTypeImports: true,
          })),
        },
      ],
    },
  },
  {
    // a describe block is a chapter, and a page component is markup: both may be long
    files: ['**/*.spec.ts', '**/*.contract.ts', '**/*.tsx', 'bench/**', 'e2e/**', 'test/**', 'libs/testing/**'],
    rules: { 'max-lines-per-function': 'off', 'no-console': 'off' },
  },
  {
    files: ['**/*.spec.ts', '**/*.contract.ts'],
    rules: {
      'max-lines': ['error', { max: 450, skipBlankLines: true, skipComments: true }],
      'no-restricted-syntax': [
        'error',
        forbid(
          'CallExpression[callee.name=/^(xit|xdescribe|fit|fdescribe)$/]',
          'A skipped test proves nothing: mend it or delete it.',
        ),
        forbid(
          'CallExpression[callee.property.name=/^(only)$/][callee.object.name=/^(it|test|describe)$/]',
          'Leave no `.only` behind.',
        ),
      ],
    },
  },
  { files: ['apps/standalone/**'], rules: { 'no-console': 'off' } },
);
