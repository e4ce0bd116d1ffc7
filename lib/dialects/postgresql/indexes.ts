import type { DatabaseTable, IndexDef, SchemaHelper } from '@mikro-orm/sql';
import { qualify, quoteEscaped, quoteName } from '../../sql/quoting.ts';
import { QUOTED_NAME, tokenize } from '../../sql/tokens.ts';
import type { IndexParts, LiveIndex, LiveTable } from '../table-changes.ts';
import type { EditContext } from '../table-editor.ts';
import { aim, type Alteration } from './alter-table/alteration.ts';
import { read } from './read.ts';
import { withSpecimen } from './alter-table/server-spelling.ts';

/** Creates an index, or the unique constraint that it is declared as. */
export async function addIndex(alteration: Alteration, index: IndexDef): Promise<void> {
  const { helper, wanted } = alteration.context;
  await alteration.execute(aim(helper.createIndex(index, wanted), alteration.name));
}

/** Drops an index, with the constraint that stands before it. */
export async function dropIndex(alteration: Alteration, name: string): Promise<void> {
  const index = qualify(alteration.namespace, name);
  const [constraint] = await alteration.execute(
    `select from pg_catalog.pg_constraint where conrelid = ${alteration.oid} and conindid = pg_catalog.to_regclass(${quoteEscaped(index)}) ` +
      `and contype in ('p', 'u', 'x')`,
  );
  await alteration.execute(
    constraint ? `alter table ${alteration.name} drop constraint ${quoteName(name)}` : `drop index ${index}`,
  );
}

/** Compares an index with the wanted one, which PostgreSQL spells on an empty table like this one. */
export async function indexDifference(
  { sql, helper, wanted: table }: EditContext,
  { namespace, name }: LiveTable,
  live: LiveIndex,
  wanted: IndexDef,
): Promise<string | undefined> {
  const goal = await withSpecimen(sql, namespace, `like ${qualify(namespace, name)}`, async specimen => {
    // One of the same name stands there already
    const keyName = `${specimen.name}_index`;
    await sql.execute(aim(helper.createIndex({ ...wanted, keyName }, table), specimen.sql, quoteName(keyName)));
    const [made] = (await read(sql, specimen))?.indexes ?? [];
    return made;
  });
  if (!goal) return undefined;
  const [is, asked] = [showIndex(live), showIndex(goal)];
  return is === asked ? undefined : `${is}, wanted ${asked}`;
}

const NAME = String.raw`(?:${QUOTED_NAME}|[^\s".]+)`;
const BEFORE_METHOD = new RegExp(`^CREATE (UNIQUE )?INDEX ${NAME} ON (?:ONLY )?${NAME}(?:\\.${NAME})? USING `);

/** The definition of an index, without its name and its table. */
function showIndex({ definition }: LiveIndex): string {
  const index = definition.replace(BEFORE_METHOD, (_, unique?: string) => `${unique ? 'unique ' : ''}index using `);
  return index === definition ? `constraint ${definition}` : index;
}

/** Takes the definition of an index, or of the constraint it stands behind, apart. */
export function indexParts({ unique, definition }: LiveIndex): IndexParts {
  const valid = definition.replace(/ \(invalid\)$/, '');
  const [head, terms, clauses] = topLevel(valid);
  const [, before = clauses, where] = /^([^]*?)\bWHERE ([^]*)$/.exec(clauses) ?? [];
  const [, lead = before, include = '', tail = ''] = /^([^]*?)\bINCLUDE \(([^]*?)\)([^]*)$/.exec(before) ?? [];
  const nulls = head.includes('NULLS NOT DISTINCT') ? 'NULLS NOT DISTINCT' : '';
  const options = [nulls, lead.trim(), tail.trim(), valid === definition ? '' : 'invalid'].filter(Boolean).join(' ');
  return {
    unique,
    constraint: !head.startsWith('CREATE'),
    method: / USING (\S+) $/.exec(head)?.[1] ?? 'btree',
    terms: splitList(terms),
    include: splitList(include),
    where,
    options: options || undefined,
  };
}

const PLAIN_COLUMNS = String.raw`\((${QUOTED_NAME}(?:, ${QUOTED_NAME})*)\)$`;
const PLAIN_TABLE = String.raw`${QUOTED_NAME}(?:\.${QUOTED_NAME})?`;
const PLAIN_INDEX = new RegExp(`^create (unique )?index ${QUOTED_NAME} on ${PLAIN_TABLE} ${PLAIN_COLUMNS}`);
const PLAIN_CONSTRAINT = new RegExp(
  `^alter table ${PLAIN_TABLE} add constraint ${QUOTED_NAME} unique ${PLAIN_COLUMNS}`,
);

/** Whether an index is one over columns and nothing more, and plainly the wanted one: the server need not compare. */
export function isPlainly(helper: SchemaHelper, table: DatabaseTable, index: IndexDef, live?: LiveIndex): boolean {
  if (!live) return false;
  const sql = helper.createIndex(index, table);
  const constraint = PLAIN_CONSTRAINT.exec(sql)?.[1];
  const [, unique = constraint, columns = constraint] = PLAIN_INDEX.exec(sql) ?? [];
  if (columns === undefined) return false;
  const is = indexParts(live);
  return (
    is.unique === (unique !== undefined) &&
    is.constraint === (constraint !== undefined) &&
    is.method === 'btree' &&
    is.include.length === 0 &&
    is.where === undefined &&
    is.options === undefined &&
    is.terms.map(nameOfTerm).join(', ') === columns
  );
}

/** A column as it is quoted. An expression is none. */
function nameOfTerm(term: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(term) ? quoteName(term) : term;
}

/** One pair of parentheses and nothing quoted, as nearly all indexes have: no tokens are needed then. */
const ONE_PAIR = /^([^("']*)\(([^()"']*)\)([^()"']*)$/;

/** What stands before the first parentheses, in them, and behind. */
function topLevel(definition: string): [head: string, inside: string, rest: string] {
  const [, before, within, behind] = ONE_PAIR.exec(definition) ?? [];
  if (before !== undefined && within !== undefined && behind !== undefined) return [before, within, behind];
  const tokens = tokenize(definition);
  const open = tokens.find(({ text }) => text === '(');
  let depth = 0;
  const close = tokens.find(({ text }) => {
    if (text === '(') depth += 1;
    if (text === ')') depth -= 1;
    return text === ')' && depth === 0;
  });
  if (!open || !close) return [definition, '', ''];
  return [definition.slice(0, open.from), definition.slice(open.to, close.from), definition.slice(close.to)];
}

function splitList(list: string): string[] {
  if (!/[("']/.test(list)) return list.split(',').flatMap(item => item.trim() || []);
  const items = [''];
  let depth = 0;
  for (const { text } of tokenize(list)) {
    if (text === '(') depth += 1;
    if (text === ')') depth -= 1;
    if (text === ',' && depth === 0) items.push('');
    else items.push(`${items.pop() ?? ''}${text}`);
  }
  return items.map(item => item.trim()).filter(Boolean);
}
