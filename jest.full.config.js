import config from './jest.config.js';

/**
 * The rest: what takes long, since it tries everything. No spec is in both suites.
 *
 * @type {import('jest').Config}
 */
export default { ...config, testMatch: ['<rootDir>/spec/**/*.full.ts'] };
