import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { dump, restore } from '../../lib/dump/index.ts';
import { postgresql, sqliteMemory, type TestDatabase } from '../support/databases.ts';
import { everyType, filesOf, newFolder, schemaOn } from './releases.ts';
import { anyCharacter } from '../support/any-character.ts';

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;
const hex = fc.uint8Array({ maxLength: 20 }).map(bytes => Buffer.from(bytes).toString('hex'));
const anyText = fc.string({ unit: anyCharacter, maxLength: 30 });
const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String);
const nothing = fc.constant('null');

/** Any storage class, which SQLite takes in any column. */
const sqliteValue = fc.oneof(
  nothing,
  int64,
  fc.double({ noNaN: true }).map(value => (Number.isFinite(value) ? String(value) : value > 0 ? '9e999' : '-9e999')),
  anyText.map(text => `cast(x'${Buffer.from(text).toString('hex')}' as text)`),
  hex.map(bytes => `x'${bytes}'`),
  hex.map(bytes => `cast(x'${bytes}' as text)`),
  fc.json().map(quoted),
);

const pgText = anyText.map(text => `E${quoted(text.replaceAll('\0', '').replaceAll('\\', '\\\\'))}`);
const moment = fc.integer({ min: -8_000_000_000_000, max: 8_000_000_000_000 });
const micros = moment.map(value => `timestamptz 'epoch' + interval '1 microsecond' * ${value} * 1000.001`);

/** What the columns of PostgreSQL can hold. */
const postgresqlValues: Readonly<Record<string, fc.Arbitrary<string>>> = {
  big: int64,
  small: fc.integer({ min: -16_000, max: 16_000 }).map(String),
  flag: fc.boolean().map(String),
  single: fc.float().map(value => `'${value}'`),
  double: fc.double().map(value => (Object.is(value, -0) ? `'-0'` : `'${value}'`)),
  money: fc.bigInt({ min: -(10n ** 29n), max: 10n ** 29n }).map(value => `${value} / 10000.0000`),
  word: pgText,
  text: pgText,
  code: fc.string({ unit: 'grapheme-ascii', maxLength: 3 }).map(text => quoted(text.replaceAll('\\', ''))),
  at: fc.oneof(micros, fc.constantFrom(`'infinity'`, `'-infinity'`, `'4713-01-01 00:00:00+00 BC'`)),
  local: fc.oneof(
    micros.map(sql => `(${sql}) at time zone 'Asia/Kathmandu'`),
    fc.constantFrom(`'infinity'`, `'294276-12-31'`),
  ),
  day: fc.integer({ min: -1_000_000, max: 3_000_000 }).map(days => `date '2000-01-01' + ${days}`),
  time: fc.integer({ min: 0, max: 86_399 }).map(seconds => `time '00:00' + interval '1 second' * ${seconds}`),
  span: fc
    .tuple(fc.integer({ min: -999, max: 999 }), fc.integer({ min: -999, max: 999 }), moment)
    .map(([months, days, ms]) => `make_interval(months => ${months}, days => ${days}, secs => ${ms} / 1000000.0)`),
  json: fc.json().map(text => `E${quoted(text.replaceAll('\\', '\\\\').replaceAll(/\\\\u0000|\\\\ud[89a-f]../g, ''))}`),
  list: fc.array(fc.oneof(nothing, pgText), { maxLength: 4 }).map(items => `array[${items.join(', ')}]::text[]`),
  uuid: fc.uuid().map(quoted),
  bytes: hex.map(bytes => `'\\x${bytes}'`),
  kind: fc.constantFrom(`'a'`, `'b'`),
  away: fc.json().map(() => `'{"since": 12.50, "city": "x"}'`),
};

const sqliteColumns = [...Object.keys(postgresqlValues).filter(name => name !== 'kind'), 'home_city', 'home_since'];

describe.each([
  { kind: sqliteMemory, columns: sqliteColumns, valueOf: () => sqliteValue },
  {
    kind: postgresql,
    columns: Object.keys(postgresqlValues),
    valueOf: (name: string) => fc.oneof(postgresqlValues[name] as fc.Arbitrary<string>, nothing),
  },
])('rows of any values on $kind.name', ({ kind, columns, valueOf }) => {
  let source: TestDatabase;
  let target: TestDatabase;
  beforeAll(async () => {
    source = await kind.create();
    target = await kind.create();
    await (await schemaOn(source, [everyType()])).upgrade();
  });
  afterAll(async () => {
    await source.drop();
    await target.drop();
  });

  test('are the same after dump and restore, byte by byte', async () => {
    const from = await schemaOn(source, [everyType()]);
    const to = await schemaOn(target, [everyType()]);
    const rows = fc.array(fc.tuple(...columns.map(valueOf)), { minLength: 20, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(rows, async made => {
        await source.execute('delete from thing');
        for (const [index, values] of made.entries())
          await source.execute(
            `insert into thing (id, ${columns.map(name => `"${name}"`).join(', ')}) values (${index}, ${values.join(', ')})`,
          );
        await target.execute('drop table if exists thing');
        await target.execute('drop table if exists deployed_version');
        await target.execute('drop table if exists deployed_version_log');
        const [one, other] = [newFolder(), newFolder()];
        await dump(from, one);
        await restore(to, one);
        await dump(to, other);
        expect(filesOf(other)).toEqual(filesOf(one));
      }),
      { numRuns: 10, endOnFailure: true },
    );
  });
});
