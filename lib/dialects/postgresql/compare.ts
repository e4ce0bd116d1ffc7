import type { Column } from '@mikro-orm/sql';
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
  const goal = await spell(context, table, wanted);
  const ignored = (aspect: 'type' | 'default' | 'collation') => wanted.ignoreSchemaChanges?.includes(aspect) ?? false;
  const differences: ColumnDifference[] = [];
  const add = (aspect: ColumnAspect, text: string) => differences.push({ aspect, text });

  const enumName = enumNameOf(context, wanted);
  const type = enumName && (await readEnum(context.sql, enumName));
  const wantedType = enumName ? `${type?.type ?? enumName.sql}${enumName.isArray ? '[]' : ''}` : goal.type;
  if (live.type !== wantedType && !ignored('type')) {
    add('type', `${live.type}, wanted ${wantedType}`);
  }
  if (type && !isSameList(type.items, wanted.enumItems ?? [])) {
    add('items', `of ${showList(type.items)}, wanted ${showList(wanted.enumItems ?? [])}`);
  }
  if (live.collation !== goal.collation && !ignored('collation')) {
    add('collation', `${showCollation(live.collation)}, wanted ${showCollation(goal.collation)}`);
  }
  // A key is never null, also where its column does not say so.
  const nullable = goal.nullable && !wanted.primary;
  if (live.nullable !== nullable) {
    add('nulls', live.nullable ? 'nullable, wanted not null' : 'not null, wanted nullable');
  }
  if (plain(live.generated) !== plain(goal.generated)) {
    add('generated', `${showGenerated(live.generated)}, wanted ${showGenerated(goal.generated)}`);
  }
  if (plainDefault(live.default) !== plainDefault(goal.default) && !ignored('default')) {
    add('default', `${showDefault(live.default)}, wanted ${showDefault(goal.default)}`);
  }
  // One that the entity says nothing of is somebody's own
  if (wanted.comment && live.comment !== wanted.comment) {
    add('comment', `${showComment(live.comment)}, wanted ${showComment(wanted.comment)}`);
  }
  return differences;
}

function isSameList(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((item, index) => item === other[index]);
}

const TYPE = String.raw`(?:${QUOTED_NAME}|\w+)(?:\.(?:${QUOTED_NAME}|\w+))?`;
const CAST = String.raw`::${TYPE}(?: varying| precision)?(?:\(\d+(?:,-?\d+)?\))?(?: with(?:out)? time zone)?(?:\[\])*`;

/**
 * An expression without its casts: `'a'::text` is what is left of a default when a column has become a `varchar`, and
 * says the same.
 */
function plain(expression: string | undefined): string | undefined {
  if (expression === undefined) return undefined;
  const bare = expression.replace(
    new RegExp(`(${TEXT_LITERAL}|${QUOTED_NAME})|${CAST}`, 'g'),
    (_, kept?: string) => kept ?? '',
  );
  return bare.replace(new RegExp(`^\\((${TEXT_LITERAL})\\)$`), '$1');
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
