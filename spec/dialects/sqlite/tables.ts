import fc, { type GeneratorValue } from 'fast-check';
import { quoteName } from '../../../lib/sql/quoting.ts';

/** A table as somebody might have written it, in any spelling SQLite takes. */
export interface GeneratedTable {
  readonly sql: string;
  readonly name: string;
  readonly columns: readonly string[];
}

const tableNames = [
  'animal',
  'Animal',
  'order',
  'a b',
  'per%cent',
  "it's",
  'x"y',
  'зоо',
  '🦒',
  '?',
  'back\\slash',
  'dot.ted',
];
const columnNames = [
  'id',
  'Name',
  'select',
  'a b',
  'ключ',
  'emoji🦒',
  'x"y',
  'q`t',
  '%d',
  "it's",
  '?',
  '\\',
  'end',
  'like',
  'key',
  'a,b',
  '(c)',
  '--d',
  'check',
];
const types = [
  '',
  'integer',
  'INT',
  'text',
  'varchar(10)',
  'decimal(10, 2)',
  'double precision',
  '"my type"',
  'blob',
  'real',
];
const defaults = [
  '4',
  '-4',
  '+.5',
  'null',
  'true',
  "'x'",
  "'it''s ? % \\ 🦒 (, \"'",
  '(1 + (2 * 3))',
  'current_timestamp',
  "x'00ff'",
  '("lower"(\'A,)\'))',
];
const spaces = [' ', ' ', ' ', '\n  ', '\t', ' /* note, ( */ ', " -- it's a note, )\n  "];
const gaps = ['', '', ...spaces];
const bare = /^(?:id|Name|like|key|end|animal|Animal|зоо|ключ)$/;

/** Makes tables with keys, defaults, checks, collations, generated columns, foreign keys to themselves and to others. */
export function generateTable(g: GeneratorValue): GeneratedTable {
  const pick = <T>(...from: readonly T[]): T => g(fc.constantFrom, ...from) as T;
  const maybe = (chance: number) => g(fc.integer, { min: 1, max: 100 }) <= chance;
  const s = () => pick(...spaces);
  const o = () => pick(...gaps);
  const some = (from: readonly string[], max: number) =>
    g(fc.shuffledSubarray<string>, [...from], { minLength: 1, maxLength: Math.min(max, from.length) });

  const quoted = (name: string) => pick(quoteName(name), `\`${name.replaceAll('`', '``')}\``, `[${name}]`);
  const spell = (name: string) => (bare.test(name) ? pick(name, quoted(name)) : quoted(name));
  const mention = (name: string) => pick(spell(name), spell(name.replace(/[a-z]/g, letter => letter.toUpperCase())));
  const list = (names: readonly string[], suffix = () => '') =>
    `(${o()}${names.map(other => mention(other) + suffix()).join(`${o()},${o()}`)}${o()})`;
  const resolution = pick('abort', 'IGNORE', 'replace'); // one: SQLite refuses two on what turns out to be one key
  const conflict = () => (maybe(15) ? `${s()}on${s()}conflict${s()}${resolution}` : '');
  const named = () => (maybe(30) ? `constraint${s()}${spell(pick('k1', 'k 2', 'Name'))}${s()}` : '');

  const name = pick(...tableNames);
  const columns = some(columnNames, 6);
  const first = columns[0] ?? '';

  const operand = (): string =>
    pick(
      () => mention(pick(...columns)),
      () => `${mention(name)}${o()}.${o()}${mention(pick(...columns))}`,
      () => pick('1', "'Name'", "'a, (b) ''id'''", 'null', 'current_date', '-5', "x'ab'"),
      () => `abs(${o()}${mention(pick(...columns))})`,
      () => `cast(${mention(pick(...columns))} as${s()}text)`,
      () =>
        `case${s()}when ${mention(pick(...columns))} is not null then ${mention(pick(...columns))} else 'id'${s()}end`,
    )();
  const condition = (): string =>
    pick(
      () => `${operand()}${o()}${pick('<>', '>=', '=', '||')}${o()}${operand()}`,
      () =>
        `${operand()}${s()}${pick('is not', 'is', 'LIKE', 'not like', 'glob', 'is not distinct from')}${s()}${operand()}`,
      () => `${operand()}${s()}not in ('x, y', ${operand()})`,
      () => `${operand()}${s()}between ${operand()} and ${operand()}`,
      () => `${operand()} collate nocase is null`,
      () => `(${operand()} isnull)${s()}or not ${operand()}`,
      () => `${operand()} not null and ${operand()} notnull`,
    )();
  const references = () =>
    `references${s()}${pick(
      () => `${mention(name)}${o()}${list([pick(...columns)])}`,
      () => mention(name),
      () => `other (id)`,
    )()}${maybe(30) ? `${s()}on delete ${pick('cascade', 'SET NULL', 'no action')}` : ''}${maybe(20) ? `${s()}on${s()}update restrict` : ''}${maybe(20) ? ' deferrable initially deferred' : ''}`;

  const withoutRowid = maybe(15);
  const keyOfTable = withoutRowid || maybe(20);
  const keyOfColumn = !keyOfTable && maybe(50);
  const columnText = (column: string) => {
    const type = pick(...types);
    const isKey = keyOfColumn && column === first;
    const clauses = [
      isKey ? `${named()}primary key${maybe(20) ? ' desc' : ''}${conflict()}` : '',
      maybe(30) ? `${named()}not${s()}null${conflict()}` : '',
      maybe(40) ? `${named()}default${s()}${pick(...defaults)}` : '',
      maybe(15) ? `${named()}unique${conflict()}` : '',
      maybe(25) ? `${named()}check${o()}(${o()}${condition()}${o()})` : '',
      maybe(15) ? `collate${s()}${pick('nocase', '"rtrim"')}` : '',
      maybe(20) ? `${named()}${references()}` : '',
    ].filter(clause => clause !== '');
    return [
      spell(column),
      ...(type === '' ? [] : [type]),
      ...g(fc.shuffledSubarray<string>, clauses, { minLength: clauses.length, maxLength: clauses.length }),
    ].join(s());
  };

  const generated = maybe(25) ? ['made'] : [];
  const items = [
    ...columns.map(columnText),
    ...generated.map(column => {
      const value = pick(
        mention(pick(...columns)),
        `coalesce(${mention(pick(...columns))}, 'id')`,
        `${mention(pick(...columns))} || 'x'`,
      );
      return `${column}${s()}text${s()}${pick('generated always as', 'as')}${o()}(${value})${pick('', ' stored', ' virtual')}`;
    }),
    ...(keyOfTable
      ? [
          `${named()}primary key${o()}${list(some(columns, 2), () => pick('', ' desc', ' collate nocase'))}${conflict()}`,
        ]
      : []),
    ...(maybe(30) ? [`${named()}unique${s()}${list(some(columns, 2), () => pick('', ' DESC'))}`] : []),
    ...(maybe(30) ? [`${named()}check (${condition()})`] : []),
    ...(maybe(20) ? [`${named()}foreign key ${list([pick(...columns)])}${s()}${references()}`] : []),
  ];
  const separators = items.map((_, index) => (index === 0 ? o() : `${o()},${o()}`));
  const body = items.map((item, index) => separators[index] + item).join('');
  const sql = `CREATE TABLE ${spell(name)}${o()}(${body}${o()})${withoutRowid ? ' without rowid' : ''}`;
  return { sql, name, columns: [...columns, ...generated] };
}
