import { EntitySchema, type EntityMetadata, type EntityName, type MetadataStorage } from '@mikro-orm/core';
import type { SqlEntityManager } from '../mikro-orm/types/sql-types.ts';
import { OperationError } from '../errors.ts';
import type { Dialect } from '../dialects/dialect.ts';
import type { TableName } from '../dialects/table-changes.ts';
import type { Editor, Sql } from '../dialects/table-editor.ts';
import type { TextDrops } from '../sql/text-drops.ts';
import { Turn } from '../store/steps/turn.ts';

/** One side of a step: the entities as they were, as they become, or as the application has them now. */
export interface Side {
  readonly em: SqlEntityManager;
  /** Whether an entity given to an operation is one of this side's. */
  has(entity: object): boolean;
}

/** What it takes to look at a table. */
export interface TableContext {
  readonly guid: string;
  readonly sql: Sql;
  readonly editor: Editor;
  readonly namespace: string | undefined;
  /** The tables that were renamed in this step, by the old name, on the side that calls them so: they are still found. */
  readonly renamed: WeakMap<MetadataStorage, Map<string, TableName>>;
}

/** An operation whose turn has come. */
export interface Operating {
  readonly verb: string;
  /** What it is about: `Animal.legs`. */
  readonly subject: string;
  /** Sends what the EntityManagers still hold. */
  readonly flush: () => Promise<void>;
}

/** Carries out operations in its own way. */
export interface Operator {
  operate<R>(operating: Operating, call: () => Promise<R>): Promise<R>;
}

/** What the operations of one step work with. */
export interface OperationContext extends TableContext {
  readonly dialect: Dialect;
  readonly signal: AbortSignal;
  /** The versions whose entities the step has as `before` and `after`. */
  readonly frozen: readonly number[];
  /** The sides opened so far, the live one last. */
  sides(): readonly Side[];
  /** Opens the entities as the step found them; `undefined` if no version was frozen there. */
  readonly before?: (() => SqlEntityManager | undefined) | undefined;
  /** Opens the entities as the step leaves them; `undefined` if no version was frozen there. */
  readonly after?: (() => SqlEntityManager | undefined) | undefined;
  onProgress(done: number, total: number | undefined): void;
  /** Receives each dropped table or column with data, if the caller wants to know. */
  readonly onLoss?: ((loss: { what: string; rows: number }) => void) | undefined;
  /** Receives each dropped table or column, with or without data. */
  readonly onDrop?: ((what: string) => void) | undefined;
  /** What the SQL of the step drops. */
  readonly textDrops?: TextDrops | undefined;
  /** Learns that rows are handed to code of the step from now on, and until when. */
  readonly onRows?: ((handing: boolean) => void) | undefined;
}

/**
 * Flushes every side, so that nothing written before an operation is done after it.
 *
 * @param write writes for one side in its own way, and tells whether it did.
 */
export async function flushSides(
  context: OperationContext,
  write: (em: SqlEntityManager) => Promise<boolean> = async () => false,
): Promise<void> {
  for (const { em } of context.sides()) if (hasWork(em) && !(await write(em))) await em.flush();
}

/** Whether anything was read or is to be written: flushing a manager that knows nothing takes longer than asking. */
function hasWork(em: SqlEntityManager): boolean {
  const work = em.getUnitOfWork();
  return (
    work.getPersistStack().size > 0 ||
    work.getRemoveStack().size > 0 ||
    work.getCollectionUpdates().length > 0 ||
    work.getExtraUpdates().size > 0 ||
    work.getIdentityMap().keys().length > 0
  );
}

/**
 * Hands rows to code of the step, in the turn of the operation that read them.
 *
 * @throws {@link OperationError} if some of its work is still under way when it returns
 */
export async function handRows<R>({ guid }: OperationContext, work: () => R): Promise<Awaited<R>> {
  const turn = Turn.current();
  const result = await (turn ? turn.hand(work) : work());
  const left = await turn?.settle();
  if (turn === undefined || left === undefined) return result;
  throw new OperationError(`the work of ${turn.name} returned while ${left} was still running. Await it.`, { guid });
}

/** Lets every side forget what it read: the rows are not what they were. */
export function clearSides(context: OperationContext): void {
  for (const { em } of context.sides()) em.clear();
}

/** Finds the side an entity belongs to, and its metadata there. */
export function resolveEntity(
  context: OperationContext,
  entity: object,
): { em: SqlEntityManager; meta: EntityMetadata } {
  const sides = context.sides();
  const side = sides.find(candidate => candidate.has(entity)) ?? sides.at(-1);
  const storage = side?.em.getMetadata();
  const meta = storage?.find(entity as EntityName);
  // What a schema says of itself is no entity that this ORM has discovered
  if (!side || !meta || !storage?.has(meta.class)) throw unknownEntity(context, entity);
  return { em: side.em, meta };
}

function unknownEntity({ guid, frozen }: OperationContext, entity: unknown): OperationError {
  const given = EntitySchema.is(entity) ? entity.meta.className : Reflect.get(Object(entity), 'name');
  const name = String(given ?? (Object(entity) === entity ? 'the argument' : entity));
  const versions =
    frozen.length > 0 ? ` or of the frozen ${frozen.length > 1 ? 'versions' : 'version'} ${frozen.join(' and ')}` : '';
  const sides = frozen.length > 0 && given ? `step.before.${name}, step.after.${name} or ` : '';
  return new OperationError(`${name} is not an entity of this ORM${versions}. Pass ${sides}an entity of the ORM.`, {
    guid,
  });
}
