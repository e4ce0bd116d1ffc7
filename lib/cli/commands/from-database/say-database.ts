import { showName } from '../../../dialects/table-names.ts';
import type { ReadDatabase } from '../../../modeler/read-database.ts';
import { sayCount, type Paint } from '../../tables-and-colours.ts';

/** The parts that only the database has, as paths that `extra` of a Schema takes. */
export function extraPaths({ extra }: ReadDatabase): string[] {
  return [...new Set(extra.filter(({ path }) => path.length > 1).map(({ path }) => path.slice(0, 3).join('.')))];
}

/** Describes for JSON what was found. */
export function describeFound(found: ReadDatabase): object {
  return {
    entities: found.entities.map(({ className, table }) => ({ className, table: showName(table) })),
    leftOut: found.leftOut.map(({ table, reason }) => ({ table: showName(table), reason })),
    extra: extraPaths(found),
    others: found.others,
    remarks: remarksOf(found),
  };
}

interface Named {
  readonly guid: string;
  readonly className: string;
  readonly place: string;
}

/** Reports the entities and the remaining parts of a database. */
export function sayFound(found: ReadDatabase, { guid, className, place }: Named, paint: Paint): string[] {
  const count = sayCount(found.entities.length, 'entity', 'entities');
  const kept = [
    ...groupsOf(found.leftOut.map(({ table, reason }) => ({ kind: reason, name: showName(table) }))),
    ...groupsOf(found.others.filter(({ isOption }) => isOption !== true)),
  ];
  const options = groupsOf(found.others.filter(({ isOption }) => isOption === true));
  const extra = extraPaths(found);
  return [
    `${paint('bold', guid)}: ${className} at version 1, with ${count} from ${place}`,
    ...block('Kept in the database, without an entity. dejavu never changes them:', kept),
    ...block(
      'Parts of tables that no entity declares. The Schema lists them in `extra`, and dejavu keeps them:',
      extra,
    ),
    ...block('Tables that no entity describes in full. dejavu keeps them as they are:', options),
    ...block('Columns to look at:', remarksOf(found)),
    ...(kept.length + extra.length + options.length > 0
      ? ['A new database, which upgrade() installs, has none of these. Create what it needs in onInstall().']
      : []),
    ...(found.others.some(({ kind }) => OF_COLUMNS.has(kind))
      ? ['Extensions and types that columns use have to be in a new database before upgrade() installs it.']
      : []),
  ];
}

/** What columns may need, so that a table cannot be created without it. */
const OF_COLUMNS: ReadonlySet<string> = new Set(['extension', 'composite type', 'range type']);

function block(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [title, ...lines.map(line => `  ${line}`)];
}

/** More names than these are counted. */
const SHOWN = 8;

/** One line for each kind: `function: f(integer), g()`. */
function groupsOf(others: ReadDatabase['others']): string[] {
  const groups = Map.groupBy(others, ({ kind }) => kind);
  return [...groups].map(([kind, all]) => {
    const names = all.slice(0, SHOWN).map(({ name }) => name);
    const more = all.length > SHOWN ? ` and ${all.length - SHOWN} more` : '';
    return `${kind}: ${names.join(', ')}${more}`;
  });
}

/** Remarks about properties whose type differs from the declared type. */
function remarksOf({ entities }: ReadDatabase): string[] {
  return entities.flatMap(({ className, properties }) =>
    properties.flatMap(property => {
      if (property.relation !== undefined) return [];
      const { type, exact, remark, warning } = property.kind;
      const said = [
        ...(remark === undefined ? [] : [`${remark}, so it is ${type}`]),
        ...(warning === undefined ? [] : [warning]),
      ];
      return said.map(one => `${className}.${property.name}: declared ${exact}, ${one}`);
    }),
  );
}

/**
 * Lists the next moves.
 *
 * @param byHand what the user has to add to MikroORM's configuration
 */
export function sayNext(byHand: string | undefined, isAdopted: boolean): string[] {
  return [
    'next:',
    ...(byHand === undefined ? [] : [`  ${byHand}`]),
    ...(isAdopted ? [] : ['  record each database that exists: npx dejavu adopt 1']),
    '  after each change of the entities: npx dejavu next',
  ];
}
