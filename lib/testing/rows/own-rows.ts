import type { EntityName } from '@mikro-orm/core';
import type { Call } from '../../boot/call.ts';
import type { FrozenModels } from '../../drift/wanted-storage.ts';
import { asSentence, isSchemaError, reasonOf, SchemaTargetError } from '../../errors.ts';
import type { HeldConnection } from '../../store/connection.ts';
import { withVersion } from '../../verify/opened-versions.ts';

/**
 * Writes rows of a version through its entities: `({ em, Animal }: Models<V1>) => { em.create(Animal, { name: 'Leo' }); }`.
 * The EntityManager is flushed afterwards.
 */
// oxlint-disable-next-line typescript/no-explicit-any -- the entities of whichever version it is
export type WriteRows = (models: any, version: number) => unknown;

/** Rows of one entity as data. In a version without one of their properties, that property is left out. */
type RowData = readonly Readonly<Record<string, unknown>>[];

/**
 * The rows that tables have before a step.
 *
 * - A number: this many made-up rows in each table.
 * - By the name of an entity: this many made-up rows, or your rows instead, as data or written by a function.
 * - By the number of a version: a function that writes all rows of that version. No rows are made up there.
 */
export type RowsOption = number | Readonly<Record<string, number | RowData | WriteRows>>;

/** The rows of one version. */
interface ChosenRows {
  /** How many rows are made up, by entity. */
  readonly counts: Readonly<Record<string, number>>;
  /** How many for all other entities; the default if undefined. */
  readonly others: number | undefined;
  /** The rows of the user. */
  readonly own: readonly OwnRows[];
}

interface OwnRows {
  /** The entity; `undefined` if it is about a whole version. */
  readonly entity: string | undefined;
  readonly rows: RowData | WriteRows;
}

/** Separates the made-up rows of a version from the rows of the user. */
export function chooseRows(rows: RowsOption | undefined, version: number): ChosenRows {
  if (typeof rows !== 'object') return { counts: {}, others: rows, own: [] };
  const whole = rows[version];
  const named = Object.entries(rows).filter(([name]) => !isNumber(name));
  const counts = named.map(([name, of]) => [name, typeof of === 'number' ? of : 0] as const);
  const own = named.flatMap(([entity, of]): OwnRows[] => (typeof of === 'number' ? [] : [{ entity, rows: of }]));
  if (typeof whole !== 'function') return { counts: Object.fromEntries(counts), others: undefined, own };
  return { counts: Object.fromEntries(counts), others: 0, own: [{ entity: undefined, rows: whole }, ...own] };
}

function isNumber(name: string): boolean {
  return /^\d+$/.test(name);
}

/** Checks what can be checked before any version is loaded. @throws {@link SchemaTargetError} */
export function assertRows(rows: RowsOption | undefined, frozen: readonly number[], guid: string): void {
  if (typeof rows !== 'object') return;
  for (const [name, of] of Object.entries(rows)) {
    const isRight = isNumber(name)
      ? typeof of === 'function' && frozen.includes(Number(name))
      : typeof of === 'function' || Array.isArray(of) || (Number.isSafeInteger(of) && (of as number) >= 0);
    if (isRight) continue;
    const how = isNumber(name)
      ? `a version needs a function, and must be frozen (${frozen.join(', ')})`
      : 'an entity needs a number of rows, a list of rows, or a function';
    throw new SchemaTargetError(`\`rows\` has a wrong value for ${name}: ${how}.`, { guid, target: rows });
  }
}

/**
 * Writes the user's own rows of a version, in the transaction under way.
 *
 * @throws {@link SchemaTargetError} if they cannot be written
 */
export async function writeOwnRows(
  held: HeldConnection,
  call: Call,
  version: number,
  own: readonly OwnRows[],
): Promise<void> {
  if (own.length === 0) return;
  const { guid } = call.definition;
  await withVersion(held, call, version, async ({ models }) => {
    for (const { entity, rows } of own) {
      if (entity !== undefined && !(entity in models)) continue;
      try {
        if (typeof rows === 'function') await rows(models, version);
        else for (const row of rows) create(models, entity as string, row);
        await models.em.flush();
      } catch (cause) {
        if (isSchemaError(cause)) throw cause;
        const whose = entity === undefined ? `your rows of version ${version}` : `your rows of ${entity}`;
        throw new SchemaTargetError(
          `${whose} cannot be written at version ${version}: ${asSentence(reasonOf(cause))} Correct \`rows\`.`,
          { guid, target: entity ?? version, cause },
        );
      }
    }
  });
}

function create(models: FrozenModels, entity: string, row: RowData[number]): void {
  const schema = Reflect.get(models, entity) as EntityName<object>;
  const { properties } = models.em.getMetadata().get(schema);
  const known = Object.entries(row).filter(([name]) => name in properties);
  models.em.create(schema, Object.fromEntries(known) as never);
}
