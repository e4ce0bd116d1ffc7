/**
 * Specs are modules in TypeScript, run as they are written: swc takes the types away, and nothing else.
 *
 * @type {import('jest').Config}
 */
const config = {
  testEnvironment: '<rootDir>/spec/support/environment.js',
  testMatch: ['<rootDir>/spec/**/*.spec.ts'],
  // Nothing else is imported by a spec, and a second package of the same name, as the examples have, would be told as a clash.
  roots: ['<rootDir>/lib', '<rootDir>/spec'],
  // Also where MikroORM and the library import it.
  moduleNameMapper: { '^@electric-sql/pglite$': '<rootDir>/spec/support/pglite.ts' },
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '\\.ts$': [
      '@swc/jest',
      {
        swcrc: false,
        jsc: { parser: { syntax: 'typescript' }, target: 'es2024' },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  // Not with what is temporary: the next run reads the same files.
  cacheDirectory: '<rootDir>/node_modules/.cache/jest',
  globalSetup: '<rootDir>/spec/support/setup.ts',
  globalTeardown: '<rootDir>/spec/support/teardown.ts',
  testSequencer: '<rootDir>/spec/support/sequencer.js',
  // Real databases and real processes: the machine decides how long a spec takes, so the limit only ends what hangs.
  testTimeout: 60_000,
  maxWorkers: 2,
};

export default config;
