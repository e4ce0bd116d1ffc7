import config from './jest.config.js';

/**
 * The same suite machinery for the specs that need PgBouncer on the machine.
 *
 * @type {import('jest').Config}
 */
export default { ...config, testMatch: ['<rootDir>/spec/**/*.pooler.ts'] };
