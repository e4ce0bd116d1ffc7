import { join } from 'node:path';
import config from '../../../jest.config.js';

/**
 * Specs that are in no suite: what becomes of a run that is interrupted is tried on them.
 *
 * @type {import('jest').Config}
 */
export default {
  ...config,
  rootDir: join(import.meta.dirname, '..', '..', '..'),
  testMatch: ['<rootDir>/spec/support/interrupted/*.ts'],
};
