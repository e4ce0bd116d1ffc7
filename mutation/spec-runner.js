import { globSync } from 'node:fs';
import { createRequire, registerHooks } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { GROUPS } from './groups.js';

/*
 * Runs specs again and again in one process: a spec that needs no database takes a millisecond, and Jest half a second to
 * begin with it. Tests are declared by functions of the same names as Jest's, and judged by Jest's own `expect`.
 */

const root = process.cwd();
const require = createRequire(join(root, 'package.json'));
const { jestExpect: expect } = require('@jest/expect');
const { bind } = require('jest-each');
const { SnapshotState } = require('jest-snapshot');

const { specs } = GROUPS[process.env.DEJAVU_MUTATION_GROUP];
/** The specs of the group. */
export const files = globSync(
  specs.map(spec => `spec/${spec}.spec.ts`),
  { cwd: root },
).toSorted();
const OWN = ['lib', 'spec'].map(folder => `${pathToFileURL(join(root, folder)).href}/`);
const GLOBALS = new URL('jest-globals.js', import.meta.url).href;

/** Counts loadings: a module of ours that was loaded before is another one. */
let loading = 0;

registerHooks({
  resolve(specifier, context, next) {
    if (specifier === '@jest/globals') return { url: GLOBALS, shortCircuit: true };
    const found = next(specifier, context);
    return OWN.some(folder => found.url.startsWith(folder)) ? { ...found, url: `${found.url}?${loading}` } : found;
  },
});

/** Milliseconds that a test took the last time, by its id. */
const lasted = new Map();
const lastedOf = test => lasted.get(test.id) ?? 0;

/** @typedef {{ name: string, parent: Block | undefined, hooks: Record<string, (() => unknown)[]> }} Block */
/** @typedef {{ id: string, name: string, file: string, block: Block, body: () => unknown }} SpecTest */

/** @returns {Block} */
function block(name, parent) {
  return { name, parent, hooks: { beforeAll: [], beforeEach: [], afterEach: [], afterAll: [] } };
}

/** The blocks around a test, the outermost first. */
function around(inner) {
  return inner ? [...around(inner.parent), inner] : [];
}

let here = block('', undefined);
/** @type {SpecTest[]} */
let tests = [];
let file = '';

function declare(title, body) {
  const name = [...around(here).map(one => one.name), title].filter(Boolean).join(' ');
  tests.push({ id: `${file}: ${name}`, name, file, block: here, body });
}

function describe(title, body) {
  const outer = here;
  here = block(String(title), outer);
  body();
  here = outer;
}

const hook = kind => body => void here.hooks[kind].push(body);

globalThis.dejavuSpecs = {
  ...Object.fromEntries(['beforeAll', 'beforeEach', 'afterEach', 'afterAll'].map(kind => [kind, hook(kind)])),
  describe: Object.assign(describe, { each: bind(describe, false) }),
  expect,
  test: Object.assign(declare, { each: bind(declare, false) }),
};

/**
 * Loads the specs, and all of the library that they import, as if for the first time.
 *
 * @param {(file: string) => void} [begin] is told of each file before it is loaded
 */
export async function loadSpecs(begin) {
  loading += 1;
  tests = [];
  for (file of files) {
    begin?.(file);
    here = block('', undefined);
    await import(pathToFileURL(join(root, file)).href);
  }
  return tests;
}

/**
 * Runs tests, until one fails: the quick ones first.
 *
 * @param {(test: SpecTest) => boolean} [isChosen] says which of them; all by default
 * @param {(test: SpecTest) => void} [begin] is told of each before it begins
 */
export async function runTests(isChosen = () => true, begin) {
  const chosen = tests.filter(isChosen).toSorted((one, other) => lastedOf(one) - lastedOf(other));
  const snapshots = new Map();
  const begun = new Set();
  const results = [];
  for (const test of chosen) {
    begin?.(test);
    if (!snapshots.has(test.file)) snapshots.set(test.file, snapshotsOf(test.file));
    const started = performance.now();
    const error = await failureOf(test, begun, snapshots.get(test.file));
    const ms = performance.now() - started;
    lasted.set(test.id, ms);
    results.push({ test, error, ms });
    if (error !== undefined) break;
  }
  for (const one of [...begun].toReversed()) for (const body of one.hooks.afterAll) await body();
  return results;
}

async function failureOf({ name, file: path, block: inner, body }, begun, snapshotState) {
  expect.setState({
    currentTestName: name,
    testPath: join(root, path),
    snapshotState,
    suppressedErrors: [],
    assertionCalls: 0,
    expectedAssertionsNumber: null,
    isExpectingAssertions: false,
  });
  const blocks = around(inner);
  try {
    for (const one of blocks) {
      if (begun.has(one)) continue;
      begun.add(one);
      for (const before of one.hooks.beforeAll) await before();
    }
    for (const one of blocks) for (const before of one.hooks.beforeEach) await before();
    await body();
    for (const one of blocks.toReversed()) for (const after of one.hooks.afterEach) await after();
    const [suppressed] = expect.getState().suppressedErrors;
    return suppressed?.message;
  } catch (error) {
    return String(error?.message ?? error);
  }
}

/** Snapshots of texts, which are never written. */
function snapshotsOf(path) {
  const kept = join(root, dirname(path), '__snapshots__', `${basename(path)}.snap`);
  const snapshotFormat = { escapeString: false, printBasicPrototype: false };
  return new SnapshotState(kept, {
    rootDir: root,
    updateSnapshot: 'none',
    prettierPath: null,
    expand: false,
    snapshotFormat,
  });
}
