import { expect, test } from '@jest/globals';
import { p } from '@mikro-orm/core';
import { describeEntities } from '../../lib/models/describe.ts';
import { assertStable } from '../../lib/changes/stable.ts';
import { animal } from './matrix/zoo.ts';
import { offline } from './workspace.ts';

const read = (properties: object) => describeEntities(offline('sqlite', animal(properties)));

test('entities that are the same each time are let through', () => {
  const properties = () => ({ seen: p.datetime().onCreate(() => new Date()), legs: p.integer().default(4) });
  expect(() => assertStable(read(properties()), read(properties()))).not.toThrow();
});

test('a default that is computed when its file is imported is told, with what to do instead', () => {
  let imports = 0;
  const properties = () => ({ batch: p.integer().default((imports += 1)) });
  expect(() => assertStable(read(properties()), read(properties()))).toThrowErrorMatchingInlineSnapshot(
    `"the entities differ each time they are read: Animal.batch has default 1 in the first reading and 2 in the second: compute a value in onCreate, or let the database do it with defaultRaw"`,
  );
});

test('many differences are counted', () => {
  const properties = (value: number) =>
    Object.fromEntries(['a', 'b', 'c', 'd', 'e'].map(name => [name, p.integer().default(value)]));
  expect(() => assertStable(read(properties(1)), read(properties(2)))).toThrow(
    / and 2 more: compute a value in onCreate/,
  );
});
