import { describe, expect, test } from '@jest/globals';
import { defineEntity, p } from '@mikro-orm/core';
import { dump, restore } from '../../../../lib/dump/index.ts';

import { filesOf, newFolder, schemaOn } from '../../../dump/releases.ts';
import { nodeSqlite, sqliteFile } from '../../../support/databases.ts';

const INTEGERS = ['0', '5', '-1', '9007199254740993', '-9223372036854775808', '9223372036854775807'];
const REALS = ['5.0', '-0.0', '0.1', '1e300', '5e-324', '9e999', '-9e999', '9007199254740992.0', '1e19'];
const TEXTS = [
  `''`,
  `'5'`,
  `'5.0'`,
  `'1e3'`,
  `'-0'`,
  `' 7 '`,
  `'it''s'`,
  `'🐘'`,
  `'null'`,
  `'[1]'`,
  `char(0)`,
  `'a' || char(0) || 'b'`,
];
/** Values of every storage class, as SQL. */
const VALUES = [...INTEGERS, ...REALS, ...TEXTS, `x''`, `x'00'`, `x'61'`, 'null'];
/** Texts that are no UTF-8, which no driver binds. */
const BYTES = [`cast(x'61ff' as text)`, `cast(x'00ff' as text)`];

/** A column of each affinity, in a table of more rows than one statement takes. */
function release() {
  const Odd = defineEntity({
    name: 'Odd',
    properties: {
      id: p.integer().primary(),
      text: p.text().nullable(),
      blob: p.blob().nullable(),
      real: p.double().nullable(),
      integer: p.integer().nullable(),
      numeric: p.string().columnType('numeric').nullable(),
      json: p.json<unknown>().nullable(),
      datetime: p.datetime().nullable(),
      bigint: p.bigint().nullable(),
      decimal: p.decimal().precision(10).scale(2).nullable(),
      flag: p.boolean().nullable(),
      list: p.array().nullable(),
      bare: p.text().columnType('any').nullable(),
    },
  });
  return { Odd };
}
const COLUMNS = Object.keys(release().Odd.meta.properties).filter(name => name !== 'id');

/** The storage class of every value, and its bytes. */
const STORED = `select id, ${COLUMNS.map(name => `typeof("${name}") || ' ' || coalesce(hex(cast("${name}" as blob)), '')`).join(` || '; ' || `)} as stored from odd order by id`;

describe.each([sqliteFile, nodeSqlite])('rows restored on $name', kind => {
  test('keep the storage class and every bit of each value, in columns of each affinity', async () => {
    await using source = await kind.create();
    await using target = await kind.create();
    const from = await schemaOn(source, [release()]);
    await from.upgrade();
    const rows = [
      ...COLUMNS.flatMap((_, shift) =>
        VALUES.map((_value, index) => COLUMNS.map((__, at) => VALUES[(index + at * (shift + 1)) % VALUES.length])),
      ),
      ...COLUMNS.map((_, index) => COLUMNS.map((__, at) => (at === index ? BYTES[index % 2] : VALUES[at]))),
    ];
    const values = rows.map((row, index) => `(${index + 1}, ${row.join(', ')})`);
    await source.execute(
      `insert into odd (id, ${COLUMNS.map(name => `"${name}"`).join(', ')}) values ${values.join(', ')}`,
    );
    const [one, other] = [newFolder(), newFolder()];
    await dump(from, one);
    const to = await schemaOn(target, [release()]);
    expect(await restore(to, one)).toMatchObject({ rows: rows.length, drift: [] });
    expect(await target.execute(STORED)).toEqual(await source.execute(STORED));
    await dump(to, other);
    expect(filesOf(other)).toEqual(filesOf(one));
  });
});
