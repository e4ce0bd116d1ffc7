import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { GROUPS } from './groups.js';

/*
 * `npm run test:mutation` measures every group, `npm run test:mutation -- deciding models` some of them. Stryker is installed
 * into this folder by its first run: `npm ci` of the repository does not bring it.
 */

const here = import.meta.dirname;

function run(command, args, env = {}) {
  const { status, error } = spawnSync(command, args, { stdio: 'inherit', env: { ...process.env, ...env } });
  if (error) throw error;
  return status === 0;
}

const [unknown] = process.argv.slice(2).filter(name => !(name in GROUPS));
if (unknown !== undefined) {
  throw new Error(`There is no group ${unknown}. Use some of: ${Object.keys(GROUPS).join(', ')}.`);
}

const stryker = `${here}/node_modules/@stryker-mutator/core/bin/stryker.js`;
if (!existsSync(stryker)) run('npm', ['ci', '--ignore-scripts', '--prefix', here]);
mkdirSync(`${here}/reports`, { recursive: true });

const names = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(GROUPS);
const rows = names.map(name => {
  const config = `${here}/stryker.config.js`;
  const hasRun = run(process.execPath, [stryker, 'run', config], { DEJAVU_MUTATION_GROUP: name });
  if (!hasRun) throw new Error(`${name} was not measured. Stryker says why above.`);
  return countOf(name);
});

/** How many changes of a group the specs noticed. Stryker leaves out those that no longer load. */
function countOf(name) {
  const { files } = JSON.parse(readFileSync(`${here}/reports/${name}.json`, 'utf8'));
  const all = Object.values(files).flatMap(({ mutants }) => mutants.map(({ status }) => status));
  const count = (...statuses) => all.filter(status => statuses.includes(status)).length;
  const [noticed, missed] = [count('Killed', 'Timeout'), count('Survived', 'NoCoverage')];
  return { name, files: Object.keys(files).length, changes: noticed + missed, noticed, missed };
}

const score = ({ noticed, changes }) => `${((100 * noticed) / changes).toFixed(1)} %`;
console.log('\n| group | files | changes | noticed | missed | score |\n|---|---|---|---|---|---|');
for (const row of rows) {
  console.log(`| ${row.name} | ${row.files} | ${row.changes} | ${row.noticed} | ${row.missed} | ${score(row)} |`);
}
const sum = key => rows.reduce((total, row) => total + row[key], 0);
if (sum('noticed') < 0.85 * sum('changes')) {
  console.error('The score is below 85 %.');
  process.exitCode = 1;
}
