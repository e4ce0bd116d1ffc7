/** @type {import('jest').Config} */
export default {
  roots: ['<rootDir>/jest'],
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2024' }, module: { type: 'es6' } }],
  },
  // Jest ends a test after 5 seconds. A check of a long history may take longer.
  testTimeout: 60_000,
};
