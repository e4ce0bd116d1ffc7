import type { Column } from '@mikro-orm/sql';
import { inOneSpelling } from '../../sql/expressions.ts';
import { quoteEscaped } from '../../sql/quoting.ts';
import { QUOTED_NAME, TEXT_LITERAL } from '../../sql/tokens.ts';
import type { LiveColumn, LiveTable } from '../table-changes.ts';
import type { ColumnAspect, ColumnDifference, EditContext } from '../table-editor.ts';
import { enumNameOf, readEnum } from './enums/enum-type.ts';
import { spell } from './alter-table/server-spelling.ts';

/** Compares a column with the wanted one, as PostgreSQL itself spells both. */
export async function compareColumn(
  context: EditContext,
  table: LiveTable,
  live: LiveColumn,
  wanted: Column,
): Promise<ColumnDifference[]> {
  const { goal, items } = await wantedColumn(context, table, wanted);
  // The items are those of the wanted enum, for any current type of the column
  return columnDifferences({ ...live, items: goal.items && items }, goal).filter(isMinded(wanted));
}

/** A wanted column as PostgreSQL spells it, and the items that its enum has now. */
export async function wantedColumn(
  context: EditContext,
  table: LiveTable,
  wanted: Column,
): Promise<{ goal: LiveColumn; items: readonly string[] | undefined }> {
  const goal = await spell(context, table, wanted);
  const enumName = enumNameOf(context, wanted);
  const type = enumName && (await readEnum(context.sql, enumName));
  return { goal: goalColumn(wanted, goal, enumName && { ...enumName, type: type?.type }), items: type?.items };
}

/**
 * A wanted column, from how PostgreSQL spells it.
 *
 * @param ofEnum the native enum it is of, and how that is spelt, if it is there.
 */
export function goalColumn(
  wanted: Column,
  spelt: LiveColumn,
  ofEnum: { readonly sql: string; readonly isArray: boolean; readonly type: string | undefined } | undefined,
): LiveColumn {
  return {
    ...spelt,
    name: wanted.name,
    // A key is never null, also where its column does not say so.
    nullable: spelt.nullable && !wanted.primary,
    type: ofEnum ? `${ofEnum.type ?? ofEnum.sql}${ofEnum.isArray ? '[]' : ''}` : spelt.type,
    items: ofEnum?.type === undefined ? undefined : (wanted.enumItems ?? []),
    // One that the entity does not mention belongs to the user
    comment: wanted.comment || undefined,
  };
}

/** Whether an entity has not said that it does not mind a difference. */
function isMinded({ ignoreSchemaChanges = [] }: Column): (difference: ColumnDifference) => boolean {
  const ignored: readonly string[] = ignoreSchemaChanges.filter(aspect => aspect !== 'extra');
  return ({ aspect }) => !ignored.includes(aspect);
}

/** Compares what two columns are. */
export function columnDifferences(live: LiveColumn, goal: LiveColumn): ColumnDifference[] {
  const differences: ColumnDifference[] = [];
  const add = (aspect: ColumnAspect, is: unknown, asked: unknown, show: (value: never) => string) =>
    differences.push({ aspect, live: is, wanted: asked, text: `${show(is as never)}, wanted ${show(asked as never)}` });

  if (live.type !== goal.type) add('type', live.type, goal.type, String);
  if (live.items && goal.items && !isSameList(live.items, goal.items)) {
    const text = `of ${showList(live.items)}, wanted ${showList(goal.items)}`;
    differences.push({ aspect: 'items', live: live.items, wanted: goal.items, text });
  }
  if (live.collation !== goal.collation) add('collation', live.collation, goal.collation, showCollation);
  if (live.nullable !== goal.nullable) add('nulls', live.nullable, goal.nullable, showNullable);
  if (live.generated !== goal.generated && plain(live.generated) !== plain(goal.generated))
    add('generated', live.generated, goal.generated, showGenerated);
  if (live.default !== goal.default && plainDefault(live.default) !== plainDefault(goal.default))
    add('default', live.default, goal.default, showDefault);
  if (goal.comment && live.comment !== goal.comment) add('comment', live.comment, goal.comment, showComment);
  return differences;
}

/** Whether two expressions are one, once PostgreSQL has spelled both. */
export function sameExpression(one: string, other: string): boolean {
  return one === other || inOneSpelling(plain(one) ?? '') === inOneSpelling(plain(other) ?? '');
}

function isSameList(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((item, index) => item === other[index]);
}

const TYPE = String.raw`(?:${QUOTED_NAME}|\w+)(?:\.(?:${QUOTED_NAME}|\w+))?`;
const CAST = String.raw`::${TYPE}(?: varying| precision)?(?:\(\d+(?:,-?\d+)?\))?(?: with(?:out)? time zone)?(?:\[\])*`;
const CASTS = new RegExp(`(${TEXT_LITERAL}|${QUOTED_NAME})|${CAST}`, 'g');
const TEXT_IN_PARENTHESES = new RegExp(`^\\((${TEXT_LITERAL})\\)$`);

/**
 * An expression without its casts: `'a'::text` remains of a default when a column has become a `varchar`, and
 * says the same.
 */
function plain(expression: string | undefined): string | undefined {
  if (expression === undefined) return undefined;
  const bare = expression.replace(CASTS, (_, kept?: string) => kept ?? '');
  return bare.replace(TEXT_IN_PARENTHESES, '$1');
}

function plainDefault(expression: string | undefined): string | undefined {
  const bare = plain(expression);
  // Whose sequence it is says nothing about the column
  if (bare?.startsWith('nextval(')) return 'nextval()';
  return bare === 'CURRENT_TIMESTAMP' || bare === 'CURRENT_TIMESTAMP(6)' ? 'now()' : bare;
}

function showList(items: readonly string[]): string {
  return items.map(quoteEscaped).join(', ') || 'nothing';
}

function showNullable(nullable: boolean): string {
  return nullable ? 'nullable' : 'not null';
}

function showCollation(collation: string | undefined): string {
  return collation === undefined ? "the type's own collation" : `collation ${collation}`;
}

function showGenerated(generated: string | undefined): string {
  return generated === undefined ? 'not generated' : `generated ${generated}`;
}

function showDefault(expression: string | undefined): string {
  return expression === undefined ? 'no default' : `default ${expression}`;
}

function showComment(comment: string | undefined): string {
  return comment === undefined ? 'no comment' : `comment ${quoteEscaped(comment)}`;
}
