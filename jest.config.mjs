const libs = ['kernel', 'contracts', 'content', 'egress', 'connectors', 'event-log', 'database', 'platform', 'testing'];
const apps = ['gateway', 'inbox', 'sla', 'notifier'];
const rooms = Object.fromEntries([
  ...libs.map((name) => [`^#${name}$`, `<rootDir>/libs/${name}/src/index.ts`]),
  ...apps.map((name) => [`^#${name}$`, `<rootDir>/apps/${name}/src/index.ts`]),
]);

rooms['^#embedded-postgres$'] = '<rootDir>/libs/database/src/embedded-postgres.ts';
rooms['^#gateway-projection$'] = '<rootDir>/apps/gateway/src/projection/index.ts';

export default {
  rootDir: import.meta.dirname,
  testEnvironment: 'node',
  testMatch: ['<rootDir>/{apps,libs,test,e2e}/**/*.spec.ts', '<rootDir>/apps/web/**/*.spec.tsx'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/data/'],
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  moduleNameMapper: { ...rooms, '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.tsx?$': [
      '@swc/jest',
      {
        swcrc: false,
        jsc: {
          parser: { syntax: 'typescript', decorators: true, tsx: true },
          transform: {
            legacyDecorator: true,
            decoratorMetadata: true,
            useDefineForClassFields: false,
            react: { runtime: 'automatic' },
          },
          target: 'es2022',
          keepClassNames: true,
        },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  setupFilesAfterEnv: ['<rootDir>/libs/testing/src/retries.mjs'],
  globalSetup: '<rootDir>/libs/testing/src/global-setup.mjs',
  globalTeardown: '<rootDir>/libs/testing/src/global-teardown.mjs',
  testTimeout: 90_000,
  maxWorkers: 2,
  workerIdleMemoryLimit: '1GB',
};
