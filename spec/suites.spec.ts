import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, matchesGlob } from 'node:path';
import { expect, test } from '@jest/globals';

const root = join(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

/** The two suites, by the script that runs each, and the configuration that the script leads to. */
const SUITES = { test: 'jest.config.js', 'test:full': 'jest.full.config.js' };

const files = readdirSync(join(root, 'spec'), { recursive: true, encoding: 'utf8' })
  .map(path => `spec/${path.replaceAll('\\', '/')}`)
  .filter(path => path.endsWith('.ts'));

/** What a file imports, but for types. */
function importsOf(path: string): string[] {
  return [...read(path).matchAll(/^(?:import|export) (?!type ).*?from '([^']+)'/gms)].map(([, name = '']) =>
    name.startsWith('.') ? join(dirname(path), name) : name,
  );
}

const imports = new Map(files.map(path => [path, importsOf(path)]));
const imported = new Set([...imports.values()].flat());

/** A spec declares tests, by itself or with what it imports, and nobody imports it. */
function isSpec(path: string): boolean {
  return !imported.has(path) && declares(path);
}

function declares(path: string): boolean {
  return (imports.get(path) ?? []).some(name => name === '@jest/globals' || declares(name));
}

async function suitesOf(path: string): Promise<string[]> {
  const suites = [];
  for (const [script, config] of Object.entries(SUITES)) {
    const { testMatch } = ((await import(join(root, config))) as { default: { testMatch: string[] } }).default;
    if (testMatch.some(pattern => matchesGlob(path, pattern.replace('<rootDir>/', '')))) suites.push(script);
  }
  return suites;
}

test('every spec is in one of the two suites, and nothing else is', async () => {
  // Those are run by the spec of what an interrupted run leaves behind.
  const specs = files.filter(path => isSpec(path) && !path.startsWith('spec/support/interrupted/'));
  expect(specs.length).toBeGreaterThan(100);
  for (const path of specs) expect([path, ...(await suitesOf(path))]).toEqual([path, expect.any(String)]);
  const matched = [];
  for (const path of files) if ((await suitesOf(path)).length > 0) matched.push(path);
  expect(matched).toEqual(specs);
});

test('the scripts run them, and what checks a change runs both', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  expect(scripts['test']).toMatch(/jest\.js$/);
  expect(scripts['test:full']).toMatch(/jest\.js --config jest\.full\.config\.js$/);
  expect(read('.ci/run').match(/npm (?:test|run test:full)\b/g)).toEqual(['npm test', 'npm run test:full']);
});

test('snapshots belong to a spec that is there', () => {
  const snapshots = readdirSync(join(root, 'spec'), { recursive: true, encoding: 'utf8' }).filter(path =>
    path.endsWith('.snap'),
  );
  expect(snapshots.length).toBeGreaterThan(0);
  for (const path of snapshots)
    expect(files).toContain(
      `spec/${path
        .replaceAll('\\', '/')
        .replace('__snapshots__/', '')
        .replace(/\.snap$/, '')}`,
    );
});

test('no packages are in the repository', () => {
  // An archive of it has no history to ask.
  const tracked = existsSync(join(root, '.git'))
    ? execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' }).split('\n')
    : files;
  expect(tracked.filter(path => path.includes('node_modules/'))).toEqual([]);
});
