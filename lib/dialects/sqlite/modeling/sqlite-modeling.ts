import { columnOfList, textsIn } from '../../../sql/expressions.ts';
import { quoteName, quoteText } from '../../../sql/quoting.ts';
import { fold, sameName, sameNames } from '../../../sql/same-names.ts';
import type { LiveColumn, LiveTable } from '../../table-changes.ts';
import type {
  ColumnDefault,
  KindOfValue,
  Modeling,
  OtherPart,
  DatabaseSurvey,
  UnsuitableTable,
} from '../../modeling.ts';
import type { Sql } from '../../table-editor.ts';
import { isDoubtful, kindOfColumn, type StoredValues } from './column-kind.ts';

/** How entities are made from tables of SQLite. */
export const sqliteModeling: Modeling = {
  namespaces: async (_sql, usual) => [usual],
  survey,
  defaultOf,
  generatedOf: ({ generated }) => generated,
  indexStatement: (_table, definition) => definition,
  listOf(expression) {
    const column = columnOfList(expression);
    return column === undefined ? undefined : { column, values: textsIn(expression) };
  },
};

async function survey(sql: Sql, tables: readonly LiveTable[]): Promise<DatabaseSurvey> {
  const rows = await sql.execute(
    `select name, type, wr, strict from pragma_table_list where schema = 'main' and name not like 'sqlite\\_%' escape '\\'`,
  );
  const named = (type: string) => rows.filter(row => row.type === type).map(row => String(row.name));
  const unsuitable = [
    ...named('virtual').map(name => ({ name, namespace: undefined, kind: 'virtual table' })),
    ...named('shadow').map((name): UnsuitableTable => ({
      name,
      namespace: undefined,
      kind: 'table of a virtual table',
    })),
  ];
  const isWithoutRowid = (table: string) =>
    rows.some(({ name, wr }) => sameName(String(name), table) && Number(wr) === 1);
  const ofTables = (kind: string, option: 'wr' | 'strict') =>
    rows
      .filter(row => row.type === 'table' && Number(row[option]) === 1)
      .map((row): OtherPart => ({ kind, name: String(row.name), isOption: true }));
  const others: OtherPart[] = [
    ...named('view').map(name => ({ kind: 'view', name })),
    ...ofTables('table without rowid', 'wr'),
    ...ofTables('strict table', 'strict'),
  ];
  const stored = new Map<string, StoredValues>();
  for (const table of tables) {
    if (table.kind === 'table' && !unsuitable.some(({ name }) => sameName(name, table.name)))
      for (const [column, values] of await storedValues(sql, table)) stored.set(keyOf(table, column), values);
  }
  return {
    unsuitable,
    others,
    countingOf(table, { name, type }) {
      if (sameName(table.autoincrement ?? '', name)) return 'counter';
      // https://www.sqlite.org/lang_createtable.html#rowids_and_the_integer_primary_key
      const isRowid = sameNames(table.primaryKey, [name]) && fold(type) === 'integer' && !isWithoutRowid(table.name);
      return isRowid ? 'rowid' : undefined;
    },
    kindOf: (table, column) => kindOfColumn(column, stored.get(keyOf(table, column.name))),
  };
}

function keyOf({ name }: LiveTable, column: string): string {
  return `${fold(name)}.${fold(column)}`;
}

/** Looks at the values of columns whose declared type does not say how they are stored, in one scan of the table. */
async function storedValues(sql: Sql, table: LiveTable): Promise<[string, StoredValues][]> {
  const doubtful = table.columns.filter(isDoubtful);
  if (doubtful.length === 0) return [];
  const each = doubtful.flatMap(({ name }, index) => [
    `group_concat(distinct typeof(${quoteName(name)})) as c${index}`,
    `max(case when typeof(${quoteName(name)}) = ${quoteText('integer')} then ${quoteName(name)} end) as h${index}`,
  ]);
  const [row] = await sql.execute(`select ${each.join(', ')} from ${quoteName(table.name)}`);
  return doubtful.map(({ name }, index) => {
    const classes = String(row?.[`c${index}`] ?? '').split(',');
    const given = classes.filter(one => one !== '' && one !== 'null');
    return [name, { classes: new Set(given), highest: Number(row?.[`h${index}`] ?? 0) }];
  });
}

function defaultOf({ default: text }: LiveColumn, kind: KindOfValue): ColumnDefault | undefined {
  if (text === undefined) return undefined;
  const number = /^\(?([+-]?\d+(?:\.\d+)?)\)?$/.exec(text)?.[1];
  if (number !== undefined && kind.type === 'boolean' && /^[01]$/.test(number)) return { value: number === '1' };
  if (number !== undefined && ['integer', 'double', 'decimal'].includes(kind.type)) return { value: Number(number) };
  const literal = /^'((?:[^']|'')*)'$/.exec(text)?.[1];
  if (literal !== undefined && ['string', 'text', 'enum', 'uuid'].includes(kind.type))
    return { value: literal.replaceAll("''", "'") };
  return { sql: text };
}
