import type { Column, IndexDef } from '@mikro-orm/sql';
import type { LiveColumn, LiveIndex } from '../changes.ts';
import { sameExpression } from './expressions.ts';
import { quoteName, sameNames } from './names.ts';

/** Says how a column differs from the wanted one, in words. */
export function difference(live: LiveColumn, wanted: Column): string | undefined {
  const type = typeOf(wanted);
  const differences = [
    squeeze(live.type) === squeeze(type) ? [] : [`${live.type}, wanted ${type}`],
    wanted.generated || live.nullable === (wanted.nullable ?? false) || wanted.primary
      ? []
      : [live.nullable ? 'nullable, wanted NOT NULL' : 'NOT NULL, wanted nullable'],
    same(live.default, defaultOf(wanted))
      ? []
      : [`default ${live.default ?? 'none'}, wanted ${defaultOf(wanted) ?? 'none'}`],
    sameGenerated(live.generated, wanted.generated)
      ? []
      : [`generated ${live.generated ?? 'never'}, wanted ${wanted.generated ?? 'never'}`],
    same(live.collation, wanted.collation)
      ? []
      : [`collation ${live.collation ?? 'none'}, wanted ${wanted.collation ?? 'none'}`],
  ].flat();
  return differences.length === 0 ? undefined : differences.join('; ');
}

/** Says how an index differs from the wanted one, in words. */
export function indexDifference(live: LiveIndex, wanted: IndexDef): string | undefined {
  if (wanted.expression)
    return squeeze(live.definition) === squeeze(wanted.expression)
      ? undefined
      : `${live.definition}, wanted ${wanted.expression}`;
  if (live.unique !== wanted.unique) return live.unique ? 'unique, wanted not' : 'not unique, wanted so';
  const columns = live.columns.length === 0 || sameNames(live.columns, wanted.columnNames);
  return columns ? undefined : `over ${live.columns.join(', ')}, wanted over ${wanted.columnNames.join(', ')}`;
}

/**
 * A condition for the values that would not be the same in a column of the wanted type: SQLite takes them as they are, or
 * makes numbers of texts that look like them.
 */
export function misfit(live: LiveColumn, wanted: Column): string | undefined {
  const [is, asked] = [affinityOf(live.type), affinityOf(typeOf(wanted))];
  if (is === asked || asked === 'text' || asked === 'blob') return undefined;
  const column = quoteName(live.name);
  const type = asked === 'integer' ? 'integer' : 'real';
  const isNumber = `typeof(${column}) in ('integer', 'real') and ${column} = cast(${column} as ${type})`;
  const looksLikeOne = `typeof(${column}) = 'text' and (cast(cast(${column} as ${type}) as text) = ${column} or cast(cast(${column} as numeric) as text) = ${column} and ${asked === 'integer' ? 'false' : 'true'})`;
  return `${column} is not null and not (${isNumber}) and not (${looksLikeOne})`;
}

/** The type as MikroORM writes it. */
export function typeOf(column: Column): string {
  return column.autoincrement ? 'integer' : column.type;
}

/** The default as SQL text. */
export function defaultOf(column: Column): string | undefined {
  const text = column.default;
  return text === null || text === undefined || text === 'null' ? undefined : text;
}

/** What SQLite makes of a declared type. @see https://www.sqlite.org/datatype3.html#determination_of_column_affinity */
export function affinityOf(type: string): 'integer' | 'text' | 'blob' | 'real' | 'numeric' {
  if (/int/i.test(type)) return 'integer';
  if (/char|clob|text/i.test(type)) return 'text';
  if (/blob/i.test(type) || type.trim() === '') return 'blob';
  if (/real|floa|doub/i.test(type)) return 'real';
  return 'numeric';
}

function sameGenerated(live: string | undefined, wanted: string | undefined): boolean {
  if (live === undefined || wanted === undefined) return live === wanted || (live === undefined && !wanted);
  const [one, other] = [split(live), split(wanted)];
  return one.stored === other.stored && sameExpression(one.expression, other.expression);
}

/** A generated column's expression, and whether it is kept. */
export function split(generated: string): { expression: string; stored: boolean } {
  const stored = /\bstored\s*$/i.test(generated);
  const expression = generated.replace(/\b(?:stored|virtual)\s*$/i, '').trim();
  return { expression: isWrapped(expression) ? expression.slice(1, -1) : expression, stored };
}

function isWrapped(expression: string): boolean {
  if (!expression.startsWith('(') || !expression.endsWith(')')) return false;
  let depth = 0;
  for (let index = 0; index < expression.length - 1; index += 1) {
    if (expression[index] === '(') depth += 1;
    if (expression[index] === ')') depth -= 1;
    if (depth === 0) return false;
  }
  return true;
}

function same(one: string | undefined, other: string | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return one === other || sameExpression(one, other);
}

function squeeze(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim().toLowerCase();
}
