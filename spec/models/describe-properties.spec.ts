import { expect, test } from '@jest/globals';
import { defineEntity, p } from '@mikro-orm/core';
import { fingerprint } from '../../lib/models/fingerprint.ts';
import { describeModule } from '../../lib/models/frozen-models.ts';
import { offline } from './support.ts';
import * as rarities from './zoo/rarities.ts';

const Log = defineEntity({
  name: 'Log',
  policies: [
    { name: 'seen', command: 'select', roles: ['vet', 'boss'], using: 'size > 1' },
    { type: 'restrictive', check: 'size < 9' },
  ] as never,
  partitionBy: {
    type: 'range',
    expression: 'at',
    partitions: [{ name: 'log_1', values: "from ('2024-01-01') to ('2025-01-01')" }],
  } as never,
  properties: { id: p.integer().primary(), at: p.datetime().primary() },
});

const [{ orm: sqlite }, { orm: postgresql }] = offline();
type AnyOrm = typeof sqlite | typeof postgresql;
const described = (orm: AnyOrm, more: object = {}) =>
  describeModule(orm, { ...rarities, ...more }, { name: 'the frozen version 1' });

test('what few entities say has a part in the fingerprint, which stays what it is', () => {
  expect(fingerprint(described(sqlite))).toMatchInlineSnapshot(`"1:f3984688c815fe45.e92f68756a13f062"`);
  expect(fingerprint(described(postgresql))).toBe(fingerprint(described(sqlite)));
  expect(fingerprint(described(postgresql, { Log }))).toMatchInlineSnapshot(`"1:1ea81630e055d519.e92f68756a13f062"`);
});

/** An entity in one line, and each of its properties in another. */
function linesOf({ entities }: ReturnType<typeof described>): string {
  return entities
    .flatMap(({ properties, ...rest }) => [rest, ...properties])
    .map(part => JSON.stringify(part))
    .join('\n');
}

test('what few entities say has a part in the description', () => {
  expect(linesOf(described(postgresql, { Log }))).toMatchSnapshot();
});
