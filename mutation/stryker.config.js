import { GROUPS } from './groups.js';

const name = process.env.DEJAVU_MUTATION_GROUP;

/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  packageManager: 'npm',
  plugins: ['./mutation/stryker-plugin.js'],
  testRunner: 'specs',
  testRunnerNodeArgs: ['--disable-warning=ExperimentalWarning'],
  coverageAnalysis: 'perTest',
  // Types are taken away, not checked; and the compiler of TypeScript 7 has no API that Stryker could ask.
  tsconfigFile: 'none',
  disableTypeChecks: false,
  ignorePatterns: ['bench', 'docs', 'examples', '.ci', 'mutation/node_modules', 'mutation/reports'],
  mutate: GROUPS[name].files,
  concurrency: 1,
  // Jest keeps what it loads, and a process of a thousand runs is a large one.
  maxTestRunnerReuse: 200,
  reporters: ['clear-text', 'progress-append-only', 'json'],
  jsonReporter: { fileName: `mutation/reports/${name}.json` },
  clearTextReporter: { reportTests: false, logTests: false },
  tempDirName: '.stryker-tmp',
};
