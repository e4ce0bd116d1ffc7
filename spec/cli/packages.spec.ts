import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { oldNode } from '../../lib/cli/packages.ts';

const root = join(import.meta.dirname, '..', '..');

interface Front {
  readonly exports: Readonly<Record<string, string | { readonly default: string }>>;
  readonly bin: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly engines: { readonly node: string };
}

const front = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Front;

/** What a file imports at run time. Code that it writes, with `${…}` in it, is text. */
function importsOf(path: string): string[] {
  const source = readFileSync(path, 'utf8');
  const statements = source.matchAll(/^(?:import|export) (?!type )(?:[^;'=()]* from )?'([^']+)';$/gm);
  const calls = source.matchAll(/\bimport\('([^'$]+)'\)/g);
  return [...statements, ...calls].map(([, name = '']) => name);
}

/** Every package that a file of `lib` may load, by itself or by what it imports, at once or when a function runs. */
function packagesOf(path: string, seen = new Set<string>()): Set<string> {
  const packages = new Set<string>();
  if (seen.has(path)) return packages;
  seen.add(path);
  for (const name of importsOf(path)) {
    if (name.startsWith('node:')) continue;
    if (!name.startsWith('.')) packages.add(name.split('/', name.startsWith('@') ? 2 : 1).join('/'));
    else for (const found of packagesOf(join(path, '..', name), seen)) packages.add(found);
  }
  return packages;
}

const sourceOf = (built: string) => join(root, built.replace(/^\.?\/?dist/, 'lib').replace(/\.js$/, '.ts'));
const doors = Object.values(front.exports).flatMap(door => (typeof door === 'string' ? [] : [door.default]));

/** What single doors are for, or load when they are asked to. */
const OF_DOORS: Readonly<Record<string, readonly string[]>> = {
  './dist/fastify/index.js': ['fastify-plugin'],
  './dist/nestjs/index.js': ['@nestjs/common'],
  // Databases of its own are in SQLite, unless it is given others.
  './dist/testing/index.js': ['@mikro-orm/sqlite'],
};

test.each(doors)('what an application imports, %s, loads none of the packages of the command', door => {
  const packages = [...packagesOf(sourceOf(door))].toSorted();
  // It comes with every driver, and is done without where it cannot be found.
  expect(packages.filter(name => name !== '@mikro-orm/sql')).toEqual(['@mikro-orm/core', ...(OF_DOORS[door] ?? [])]);
});

test('every package that the command loads is installed with it', () => {
  const packages = [...packagesOf(sourceOf(front.bin['dejavu'] ?? ''))].filter(name => !name.startsWith('@mikro-orm/'));
  const installed = Object.keys(front.dependencies);
  // The command asks for it by name, where a picture needs it.
  expect(packages.filter(name => !installed.includes(name))).toEqual(['@viz-js/viz']);
  expect(installed.filter(name => !packages.includes(name))).toEqual(OF_DOORS['./dist/fastify/index.js']);
});

test('the package claims no Node.js that npm warns of because of a dependency', () => {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { engines?: { node?: string }; dev?: boolean; devOptional?: boolean }>;
  };
  const wanted = Object.entries(packages)
    .filter(([, { dev, devOptional }]) => !dev && !devOptional)
    .flatMap(([name, { engines }]) => (engines?.node === undefined ? [] : [[name, engines.node] as const]));
  const own = packages['']?.engines?.node ?? '';
  expect(own).toBe(front.engines.node);
  // Its lowest versions of each line, and the next line.
  const claimed = [...own.matchAll(/\d+\.\d+\.\d+/g)].map(([version]) => version).concat('26.0.0');
  expect(claimed).toHaveLength(3);
  for (const version of claimed)
    expect(wanted.filter(([, range]) => !satisfies(version, range)).map(one => `${version}: ${one.join(' ')}`)).toEqual(
      [],
    );
});

/** Whether a version is in a range of `^`, `>=`, `10.*` and `18`, joined by `||`. */
function satisfies(version: string, range: string): boolean {
  return range.split('||').some(part => {
    const [, sign = '', text = ''] = /^\s*(\^|>=)?\s*([\d.*]+)\s*$/.exec(part) ?? [];
    const wanted = text
      .split('.')
      .filter(one => one !== '*')
      .map(Number);
    const has = version.split('.').map(Number);
    const first = wanted.findIndex((one, index) => one !== has[index]);
    if (sign === '') return text !== '' && first < 0;
    return (first < 0 || (has[first] ?? 0) > (wanted[first] ?? 0)) && (sign === '>=' || first !== 0);
  });
}

test('a Node.js that is too old is refused with the version that is needed', () => {
  expect(oldNode('20.20.2')).toBe('this is Node.js 20.20.2, and mikro-orm-dejavu needs Node.js 22.18 or newer');
  expect(oldNode('22.17.1')).toBeDefined();
  expect(oldNode('22.18.0')).toBeUndefined();
  expect(oldNode('24.0.0')).toBeUndefined();
  expect(oldNode()).toBeUndefined();
});
