import { expect, test } from '@jest/globals';
import { defineEntity, p } from '@mikro-orm/core';
import type { Row } from '../../../../lib/store/connection.ts';
import { onStage, type Stage } from '../stage.ts';

/** From, to; values that become what is written behind them; values that do not fit. */
type Cast = readonly [from: string, to: string, kept: Readonly<Record<string, string>>, misfits: readonly string[]];

const CASTS: readonly Cast[] = [
  // Numbers
  ['int', 'real', { '16777216': '1.6777216e+07', '100000000': '1e+08' }, ['123456789', '16777217']],
  ['smallint', 'real', { '32767': '32767' }, []],
  ['int', 'double precision', { '2147483647': '2147483647' }, []],
  ['bigint', 'double precision', { '9007199254740992': '9.007199254740992e+15' }, ['9007199254740993']],
  ['bigint', 'real', { '4': '4' }, ['9223372036854775807']],
  ['numeric', 'double precision', { '0.1': '0.1', NaN: 'NaN' }, ['12345678901234567.89', '0.12345678901234567890']],
  ['numeric', 'real', { '0.1': '0.1', Infinity: 'Infinity' }, ['0.123456789']],
  ['double precision', 'real', { '0.1': '0.1' }, ['0.123456789012', '16777217']],
  ['real', 'numeric', { '0.12345678': '0.12345678', NaN: 'NaN' }, []],
  ['double precision', 'numeric', { '0.30000000000000004': '0.30000000000000004' }, []],
  ['double precision', 'numeric(4,2)', { '1.25': '1.25' }, ['1.255', '100', 'Infinity']],
  ['double precision', 'bigint', { '4': '4' }, ['9223372036854775808', '0.5', 'NaN']],
  ['real', 'int', { '-4': '-4' }, ['2147483648', '0.5']],
  ['numeric', 'int', { '4.0': '4' }, ['4.5', '2147483648', 'NaN']],
  ['numeric', 'bigint', { '9223372036854775807': '9223372036854775807' }, ['9223372036854775807.1']],
  // Lists
  ['varchar(5)[]', 'varchar(3)[]', { '{abc,NULL}': '{abc,NULL}', '{}': '{}' }, ['{abcd}', '{a,"abc "}']],
  ['text[]', 'varchar(3)[]', { '{abc}': '{abc}' }, ['{abcd}']],
  ['numeric(10,4)[]', 'numeric(10,2)[]', { '{1.25}': '{1.25}' }, ['{1.255}']],
  ['numeric(10,2)[]', 'numeric(10,4)[]', { '{1.25}': '{1.2500}' }, ['{12345678.25}']],
  ['int[]', 'real[]', { '{4}': '{4}' }, ['{4,123456789}']],
  ['double precision[]', 'real[]', { '{0.5}': '{0.5}' }, ['{0.123456789012}']],
  ['double precision[]', 'numeric[]', { '{0.30000000000000004}': '{0.30000000000000004}' }, []],
  ['numeric[]', 'int[]', { '{4}': '{4}' }, ['{4.5}']],
  [
    'timestamp(6)[]',
    'timestamp(0)[]',
    { '{"2024-01-01 12:00:00"}': '{"2024-01-01 12:00:00"}' },
    ['{"2024-01-01 12:00:00.5"}'],
  ],
  // Bits
  ['varbit(8)', 'varbit(4)', { '1010': '1010' }, ['10101010', '10100']],
  ['bit(4)', 'bit(8)', {}, ['1010']],
  ['bit(8)', 'bit(4)', {}, ['10101010', '10100000']],
  ['bit(4)', 'varbit(8)', { '1010': '1010' }, []],
  // Time
  ['interval', 'interval(0)', { '1 day 00:00:01': '1 day 00:00:01' }, ['00:00:01.5']],
  ['interval', 'interval day', { '3 days': '3 days' }, ['3 days 01:00:00']],
  ['interval', 'time', { '12:30': '12:30:00' }, ['1 day 12:30']],
  ['time(6)', 'time(0)', { '12:30': '12:30:00' }, ['12:30:00.5']],
  ['timetz', 'time', { '12:30+00': '12:30:00' }, ['12:30+02']],
  [
    'timestamptz(6)',
    'timestamptz(0)',
    { '2024-01-01 12:00+00': '2024-01-01 12:00:00+00' },
    ['2024-01-01 12:00:00.5+00'],
  ],
  ['timestamptz(6)', 'timestamp(0)', { '2024-01-01 12:00+00': '2024-01-01 12:00:00' }, ['2024-01-01 12:00:00.5+00']],
  ['timestamp', 'timestamptz', { '2024-01-01 12:00': '2024-01-01 12:00:00+00' }, []],
  ['timestamptz', 'timestamp', { '2024-01-01 12:00+02': '2024-01-01 10:00:00' }, []],
  ['timestamp[]', 'timestamptz[]', { '{"2024-01-01 12:00"}': '{"2024-01-01 12:00:00+00"}' }, []],
  ['time', 'timetz', { '12:30': '12:30:00+00' }, []],
  ['timestamptz', 'text', { '2024-01-01 12:00+02': '2024-01-01 10:00:00+00' }, []],
  ['timestamptz', 'date', { '2024-01-01 00:00+00': '2024-01-01', infinity: 'infinity' }, ['2024-01-01 00:00+05']],
  ['timestamp', 'time', {}, ['2024-01-01 12:00', '2024-01-01 00:00']],
  ['date', 'timestamptz', { '2024-01-01': '2024-01-01 00:00:00+00' }, []],
  // Texts
  ['char(5)', 'char(3)', { abc: 'abc', 'ab   ': 'ab' }, ['abcd']],
  ['char(5)', 'varchar(3)', { 'abc  ': 'abc' }, ['abcd']],
  ['bytea', 'text', {}, [String.raw`\xdeadbeef`, '']],
  ['text', 'bytea', { abc: String.raw`\x616263` }, [String.raw`\x61`, String.raw`a\\b`]],
  ['text', 'real', { '0.5': '0.5' }, ['0.123456789', 'x']],
  ['text', 'double precision', { inf: 'Infinity' }, ['12345678901234567.89']],
  ['text', 'date', { '2024-02-29': '2024-02-29' }, ['2024-02-29 12:00']],
  ['text', 'time(0)', { '12:30': '12:30:00' }, ['12:30:00.5', '2024-01-01 12:30', '12:30+02']],
  [
    'text',
    'timestamp(0)',
    { '2024-01-01 12:00': '2024-01-01 12:00:00', '2024-01-01T12:00:00.000+02:00': '2024-01-01 10:00:00' },
    ['2024-01-01 12:00:00.5'],
  ],
  ['text', 'timestamptz(0)', { '2024-01-01 12:00': '2024-01-01 12:00:00+00' }, ['2024-01-01 12:00:00.5']],
  ['text', 'interval(0)', { '1 day': '1 day' }, ['00:00:01.5']],
  ['text', 'numeric(4,1)[]', { '{1.5}': '{1.5}' }, ['{1.55}']],
  // JSON
  [
    'json',
    'jsonb',
    { '{"a": 1.10, "b": {"a": "x:y"}}': '{"a": 1.10, "b": {"a": "x:y"}}' },
    ['{"a": 1, "a": 2}', String.raw`{"a": "\u0000"}`],
  ],
  ['text', 'jsonb', { '[1e2]': '[100]' }, ['{"b": {"a": 1, "a": 2}}', '{a}']],
  ['jsonb', 'json', { '{"a": 1}': '{"a": 1}' }, []],
  ['json', 'int', { '4': '4' }, ['4.5', '"4"']],
  ['jsonb', 'numeric(4,1)', { '4.5': '4.5' }, ['4.55']],
  // Networks
  ['inet', 'cidr', { '10.0.0.0/8': '10.0.0.0/8' }, ['10.0.0.1/8']],
];

const tables = (side: 0 | 1) => () =>
  CASTS.map((cast, index) =>
    defineEntity({
      name: `Cast${index}`,
      tableName: `cast${index}`,
      properties: { id: p.integer().primary(), it: p.string().columnType(cast[side]).nullable() },
    }),
  );

const quote = (text: string) => `E'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;

/** What the values of a column become, and those that are said not to fit, which are taken away before. */
async function castOnStage(stage: Stage, table: string, values: readonly string[]): Promise<unknown> {
  await stage.rows(
    `insert into ${table} (id, it) values (0, null)${values.map((value, id) => `, (${id + 1}, ${quote(value)})`).join('')}`,
  );
  const valueOf = ({ id }: Row) => String(values[Number(id) - 1]);
  const misfit = await stage.misfit('it', table);
  const told = await stage.rows(`select id from ${table} where ${misfit ?? 'false'} order by id`);
  await stage.rows(`delete from ${table} where id in (${[-1, ...told.map(({ id }) => Number(id))].join(', ')})`);
  await stage.change([{ kind: 'alter column', name: 'it', column: stage.column('it', table) }], table);
  const zone = (await stage.rows(`select current_setting('timezone') as zone`))[0]?.zone;
  await stage.rows(`set local timezone = 'UTC'`);
  const left = await stage.rows(`select id, it::text as it from ${table} where id > 0 order by id`);
  await stage.rows(`set local timezone = '${String(zone)}'`);
  return [Object.fromEntries(left.map(row => [valueOf(row), row.it])), told.map(valueOf), zone];
}

// The ORM says that moments without a zone are at UTC, wherever the server is.
test.each(['UTC', 'America/Caracas'])(
  'what a cast would keep only in part is counted, and everything else is kept, on a server at %s',
  async zone => {
    await onStage({ before: tables(0), after: tables(1) }, async stage => {
      await stage.rows(`set local timezone = '${zone}'`);
      const answer: Record<string, unknown> = {};
      for (const [index, [from, to, kept, misfits]] of CASTS.entries()) {
        await stage.rows('savepoint one_cast');
        const values = [...Object.keys(kept), ...misfits];
        answer[`${from} to ${to}`] = await castOnStage(stage, `cast${index}`, values).catch(
          (error: Error) => error.message,
        );
        await stage.rows('rollback to one_cast');
      }
      expect(answer).toEqual(
        Object.fromEntries(CASTS.map(([from, to, ...rest]) => [`${from} to ${to}`, [...rest, zone]])),
      );
    });
  },
);
