import type { EntityName } from '@mikro-orm/core';
import type { Call } from '../../boot/call.ts';
import type { RowTransfer } from '../../dialects/row-transfer.ts';
import { sqlName } from '../../dialects/table-names.ts';
import { reasonOf } from '../../errors.ts';
import { isPivotOfRelation } from '../../mikro-orm/stored-metadata.ts';
import { linesOfBlock, splitLine } from '../../rows/canonical/cells.ts';
import { HeldConnection } from '../../store/connection.ts';
import { withVersion } from '../../verify/opened-versions.ts';
import { ROWS_AT_FIRST, type CapturedRows } from '../row-comparison/captured-rows.ts';
import { planTables, type TablePlan } from '../rows/table-plan.ts';

/** One action of code of a version, and why the database refused it; `undefined` if it did not. */
type Deeds = ReadonlyMap<string, string | undefined>;

/** The connection of code of a version, and the savepoints around its actions. */
interface Acting {
  readonly call: Call;
  readonly held: HeldConnection;
  readonly transfer: RowTransfer;
  readonly deeds: Map<string, string | undefined>;
  /** The rows of that version, before any step changed them: only they show what its code writes. */
  readonly written: CapturedRows;
}

/** Each action is rolled back to the outer one; an insertion takes place within a deletion. */
const [OUTER, INNER] = ['dejavu_deed', 'dejavu_inner_deed'];
/** So many rows are tried to be deleted until one is that nothing refers to, and so many kinds of rows are inserted. */
const [DELETED, INSERTED] = [12, 40];

/**
 * Reads every row as entities of a version, and selects, updates, deletes and inserts rows as code of that version does,
 * with foreign keys in force. All of it is rolled back.
 *
 * @param version may be older than the database
 * @param written the rows that code of the version wrote: it inserts such rows again
 */
export async function actAsVersion(call: Call, version: number, written: CapturedRows): Promise<Deeds> {
  const { database } = call;
  const transfer = await database.dialect.load.transfer();
  const deeds = new Map<string, string | undefined>();
  await HeldConnection.hold(database.orm, call, async held => {
    await held.begin(['begin', ...transfer.session, `savepoint ${OUTER}`]);
    try {
      await withVersion(held, call, version, async ({ models }) => {
        const acting = { call, held, transfer, deeds, written };
        for (const plan of planTables(models, database.namespace)) {
          for (const { name, meta } of plan.classes)
            if (!isPivotOfRelation(meta))
              await act(acting, `read ${name} as entities`, () =>
                models.em.fork().find(meta.class as EntityName<object>, {}, { filters: false }),
              );
          await actOn(acting, plan);
        }
      });
    } finally {
      await held.rollback();
    }
  });
  return deeds;
}

/** Tries an action, and rolls it back to a savepoint, which stays. @returns whether the database accepted it */
async function act(
  { held, deeds }: Acting,
  name: string,
  work: () => Promise<unknown>,
  { savepoint = OUTER, inside = async () => {} }: { savepoint?: string; inside?: () => Promise<void> } = {},
): Promise<boolean> {
  let reason: string | undefined;
  try {
    await work();
  } catch (error) {
    reason = reasonOf(error);
  }
  deeds.set(name, reason);
  if (reason === undefined) await inside();
  await held.execute(`rollback to savepoint ${savepoint}`);
  return reason === undefined;
}

async function actOn(acting: Acting, plan: TablePlan): Promise<void> {
  const { call, held } = acting;
  const { quoteName } = call.database.dialect;
  const { table } = plan;
  const name = sqlName(call.database.dialect, table);
  let lines: string[] = [];
  const isRead = await act(acting, `select from ${table.title}`, async () => {
    lines = await linesOf(acting, plan);
  });
  if (!isRead || lines.length === 0) return;
  const same = table.columns.map(column => `${quoteName(column.name)} = ${quoteName(column.name)}`);
  await act(acting, `update ${table.title}`, () => held.execute(`update ${name} set ${same.join(', ')}`));
  const key = table.key.map(quoteName).join(', ');
  for (let at = 0; at < Math.min(DELETED, lines.length); at += 1) {
    const one = `select ${key} from ${name} order by ${key} limit 1 offset ${at}`;
    const isDeleted = await act(
      acting,
      `delete row ${at + 1} of ${table.title}`,
      () => held.execute(`delete from ${name} where (${key}) in (${one})`),
      { inside: () => insertInstead(acting, plan, lines) },
    );
    if (isDeleted) break;
  }
}

async function linesOf({ held, transfer }: Acting, { table }: TablePlan): Promise<string[]> {
  const lines: string[] = [];
  for await (const { bytes } of transfer.blocks(held, table, ROWS_AT_FIRST)) lines.push(...linesOfBlock(bytes));
  return lines;
}

/** Inserts, in the place of the row that was deleted, rows with the values that code of the version wrote. */
async function insertInstead(acting: Acting, plan: TablePlan, before: readonly string[]): Promise<void> {
  const { held, transfer, written } = acting;
  const { table, columns } = plan;
  const left = new Set(await linesOf(acting, plan));
  const gone = splitLine(before.find(line => !left.has(line)) ?? '');
  if (!gone) return;
  const kept = keptColumns(plan);
  const isAlike = (cells: readonly string[]) =>
    columns.every(({ name }, at) => name !== plan.discriminator || cells[at] === gone[at]);
  const samples: (readonly string[])[] = [];
  for await (const line of written.lines(table.title)) {
    const cells = splitLine(line);
    if (cells && isAlike(cells)) samples.push(cells);
    if (samples.length === INSERTED) break;
  }
  await held.execute(`savepoint ${INNER}`);
  for (const [index, sample] of samples.entries()) {
    const cells = columns.map(({ name }, at) => (kept.has(name) ? gone[at] : sample[at]) as string);
    await act(acting, `insert row ${index + 1} into ${table.title}`, () => transfer.load(held, table, [cells]), {
      savepoint: INNER,
    });
  }
}

/** The columns that identify the row, and those that refer to others. */
function keptColumns({ table, unique, references, discriminator }: TablePlan): ReadonlySet<string | undefined> {
  const referring = references.flatMap(({ columns, naming }) => [...columns, naming]);
  return new Set([...table.key, ...unique.flat(), ...referring, discriminator]);
}
