import config from './jest.config.js';

/**
 * The rest: what takes long, since it tries everything. No spec is in both suites.
 *
 * A test here lives through whole projects with a compiler and dozens of processes: its limit is there for what hangs, and
 * not for a machine that is slow.
 *
 * @type {import('jest').Config}
 */
export default {
  ...config,
  testEnvironment: '<rootDir>/spec/support/plain-environment.js',
  testMatch: ['<rootDir>/spec/**/*.full.ts'],
  testTimeout: 240_000,
};
