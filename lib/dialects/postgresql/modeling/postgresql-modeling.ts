import { columnOfList, inOneSpelling, textsIn } from '../../../sql/expressions.ts';
import { QUOTED_NAME } from '../../../sql/tokens.ts';
import type { LiveTable } from '../../table-changes.ts';
import type { Modeling, OtherPart, DatabaseSurvey, UnsuitableTable } from '../../modeling.ts';
import type { Row } from '../../../store/connection.ts';
import type { Sql } from '../../table-editor.ts';
import { defaultOf, kindOfColumn } from './column-kind.ts';
import { DOMAINS, NAMESPACES, NESTED_ARRAYS, othersSql, UNSUITABLE } from './other-parts.ts';

/** How entities are made from tables of PostgreSQL. */
export const postgresqlModeling: Modeling = {
  async namespaces(sql, usual) {
    const rows = await sql.execute(NAMESPACES);
    return [...new Set([usual, ...rows.map(row => String(row.name))])];
  },
  survey,
  defaultOf: (column, kind) => (isSerial(column.default, kind.type) ? undefined : defaultOf(column, kind)),
  // The server shows the expression without the parentheses that a statement needs
  generatedOf: ({ generated }) =>
    generated?.replace(/^(?!(?:by default as )?identity$)(.*) (stored|virtual)$/s, '($1) $2'),
  indexStatement: (_table, definition) => definition.replace(ON_TABLE, '$1$2'),
  listOf(expression) {
    const spelt = inOneSpelling(expression.replaceAll(/::[a-z]+(?: varying)?(?:\[\])?/g, ''));
    const column = columnOfList(spelt);
    return column === undefined ? undefined : { column, values: textsIn(spelt) };
  },
};

const NAME = `(?:${QUOTED_NAME}|[^\\s".]+)`;
/** The namespace before the table in the statement of an index. */
const ON_TABLE = new RegExp(`^(CREATE (?:UNIQUE )?INDEX ${NAME} ON (?:ONLY )?)${NAME}\\.(?=${NAME} USING )()`);

function isSerial(byDefault: string | undefined, type: string): boolean {
  return (
    byDefault !== undefined && byDefault.startsWith('nextval(') && ['smallint', 'integer', 'bigint'].includes(type)
  );
}

async function survey(
  sql: Sql,
  tables: readonly LiveTable[],
  namespaces: readonly (string | undefined)[],
): Promise<DatabaseSurvey> {
  const domains = new Map((await sql.execute(DOMAINS)).map(row => [String(row.name), String(row.base)]));
  const unsuitable = (await sql.execute(UNSUITABLE)).flatMap((row): UnsuitableTable[] => {
    const table = tables.find(
      ({ name, namespace }) =>
        name === row.name && (namespace === undefined ? row.visible === true : namespace === row.namespace),
    );
    return table ? [{ name: table.name, namespace: table.namespace, kind: String(row.kind) }] : [];
  });
  const nested = new Set(
    (await sql.execute(NESTED_ARRAYS)).flatMap(({ namespace, name, column, visible }) => [
      placeOf(namespace, name, column),
      ...(visible === true ? [placeOf(undefined, name, column)] : []),
    ]),
  );
  const others = await sql.execute(othersSql(namespaces));
  return {
    unsuitable,
    others: others.map(describeOther),
    countingOf: (_table, { type, default: byDefault }) => (isSerial(byDefault, type) ? 'counter' : undefined),
    kindOf: (table, column) =>
      kindOfColumn(column, domains, {
        inKey: table.primaryKey.includes(column.name),
        isNested: nested.has(placeOf(table.namespace, table.name, column.name)),
      }),
  };
}

function placeOf(...names: readonly unknown[]): string {
  return JSON.stringify(names);
}

/** What tables have that may have an entity. */
const OPTIONS: ReadonlySet<unknown> = new Set([
  'partitioned table',
  'policy',
  'rule',
  'row level security',
  'privileges of other roles',
]);

function describeOther({ kind, name }: Row): OtherPart {
  return { kind: String(kind), name: String(name), ...(OPTIONS.has(kind) && { isOption: true }) };
}
