import type { Column } from '@mikro-orm/sql';
import { OperationError } from '../../../errors.ts';
import { quoteName } from '../../../sql/quoting.ts';
import type { Change, LiveColumn } from '../../table-changes.ts';
import { showName } from '../../table-names.ts';
import { sameName } from '../names.ts';
import { fillColumn } from './add-column.ts';
import { commentSql, defaultClause, notNullClause } from './column-clauses.ts';
import type { Alteration } from './alteration.ts';
import { castSql, dependsOnZone, isJson, isText, partsOfType } from './column-types.ts';
import type { ColumnAspect } from '../../table-editor.ts';
import { compareColumn } from '../compare.ts';
import { assertNoViewReads } from './needed-by.ts';
import { enumNameOf } from '../enums/enum-type.ts';
import { dropUnusedEnums, enumsOf, ensureEnum } from '../enums/ensure-enum.ts';
import { collate, referringColumns } from './key-collation.ts';
import { withoutComputed } from '../computed/computed-from.ts';
import { compute, isComputed, stopComputing } from '../computed/computed-columns.ts';
import { isIdentity, isSerial, makeIdentity, makeSerial, sequenceOf } from './sequences.ts';
import { spell } from './server-spelling.ts';
import { atZoneOfOrm } from '../misfits/zones.ts';

type AlterColumn = Extract<Change, { kind: 'alter column' }>;

/** What a column is, what it is to be, and in which things the two are not the same. */
interface ColumnTask {
  readonly live: LiveColumn;
  readonly wanted: Column;
  /** Whether it is to count by a sequence. */
  readonly isSerial: boolean;
  /** The wanted type, as SQL says it. */
  readonly type: string;
  readonly aspects: ReadonlySet<ColumnAspect>;
}

/** Changes a column to its wanted form, only where it differs. */
export async function alterColumn(alteration: Alteration, { name, column, fill, using }: AlterColumn): Promise<void> {
  const wanted = column.name === name ? column : { ...column, name };
  const isSwapped = await ensureEnum(alteration, wanted, using);
  let task = await taskOf(alteration, wanted);

  if (isComputed(task.live) && !isComputed(wanted)) {
    await stopComputing(alteration, task.live);
    task = await taskOf(alteration, wanted);
  }
  if (isComputed(wanted) && task.aspects.has('generated')) await compute(alteration, task.live, wanted);
  else await adjust(alteration, task, { fill, using: isSwapped ? undefined : using });
  if (task.aspects.has('comment')) await alteration.execute(commentSql(alteration, name, String(wanted.comment)));
}

async function taskOf(alteration: Alteration, wanted: Column): Promise<ColumnTask> {
  const { context, asked } = alteration;
  const table = await alteration.read(wanted.name);
  const live = table.columns.find(candidate => sameName(candidate.name, wanted.name));
  if (!live) {
    throw new OperationError(
      `the table ${showName(asked)} has no column ${wanted.name}, so it cannot be altered. Add it with addProperty().`,
      {
        table: showName(asked),
      },
    );
  }
  const differences = await compareColumn(context, table, live, wanted);
  const enumName = enumNameOf(context, wanted);
  return {
    live,
    wanted,
    isSerial: isSerial(context, wanted),
    type: enumName ? `${enumName.sql}${enumName.isArray ? '[]' : ''}` : (await spell(context, table, wanted)).type,
    aspects: new Set(differences.map(({ aspect }) => aspect)),
  };
}

async function adjust(
  alteration: Alteration,
  task: ColumnTask,
  { fill, using }: Pick<AlterColumn, 'fill' | 'using'>,
): Promise<void> {
  const { context, oid } = alteration;
  const { wanted, aspects } = task;
  const { name } = wanted;
  const isRetyped = aspects.has('type') || aspects.has('collation') || using !== undefined;
  const enums = aspects.has('type') ? await enumsOf(context.sql, oid, name) : [];
  const computed = isRetyped ? await assertNoViewReads(alteration, name, 'change its type') : [];

  const referring = aspects.has('collation') ? await referringColumns(alteration, name) : [];
  const isFilled = fill !== undefined && aspects.has('nulls') && !wanted.nullable;
  const clauses = [
    ...(isRetyped ? retypeClauses(task, using) : []),
    ...defaultClauses(task, isRetyped),
    ...(aspects.has('nulls') && !isFilled ? [wanted.nullable ? nullClause(name) : notNullClause(name)] : []),
  ];
  const isZoned = isRetyped && using === undefined && dependsOnZone(task.live.type, task.type);
  const alter = async () => alteration.alter(name, clauses);
  const retype = async () => (isZoned ? atZoneOfOrm(alteration, alter) : alter());
  await (computed.length > 0 ? withoutComputed(alteration, computed, retype) : retype());
  if (isFilled) {
    await fillColumn(alteration, name, fill, `${quoteName(name)} is null`);
    await alteration.alter(name, [notNullClause(name)]);
  }
  await collate(alteration, referring, wanted.collation);
  await count(alteration, task);
  if (enums.length > 0) {
    await alteration.send();
    await dropUnusedEnums(context.sql, enums);
  }
}

/** A default is not always converted with its column, and one that is keeps its old type's name. */
function retypeClauses({ live, wanted, type, isSerial: counts }: ColumnTask, using: string | undefined): string[] {
  const column = quoteName(wanted.name);
  const expression = isComputed(live)
    ? undefined
    : (using ?? castSql(column, live.type, type, wanted.nativeEnumName !== undefined || isReadAsText(live, type)));
  return [
    ...(live.default === undefined || counts ? [] : [`alter column ${column} drop default`]),
    `alter column ${column} type ${type}` +
      (wanted.collation ? ` collate ${quoteName(wanted.collation)}` : '') +
      (expression === undefined ? '' : ` using (${expression})`),
  ];
}

/** The items of a native enum are texts, and PostgreSQL casts them to no other type. */
function isReadAsText({ items }: LiveColumn, type: string): boolean {
  const to = partsOfType(type);
  return items !== undefined && !isText(to) && !isJson(to);
}

function defaultClauses({ live, wanted, aspects, isSerial: counts }: ColumnTask, isRetyped: boolean): string[] {
  if (counts || isComputed(wanted)) return [];
  if (isIdentity(live) && !isIdentity(wanted))
    return [`alter column ${quoteName(wanted.name)} drop identity`, defaultClause(wanted)];
  const isDropped = isRetyped && live.default !== undefined;
  const hasDefault = defaultClause(wanted).includes('set default');
  return (aspects.has('default') && !isDropped) || (isDropped && hasDefault) ? [defaultClause(wanted)] : [];
}

function nullClause(column: string): string {
  return `alter column ${quoteName(column)} drop not null`;
}

/** Makes a column count by itself, or leave it, or count as far as its new type goes. */
async function count(
  alteration: Alteration,
  { live, wanted, type, aspects, isSerial: counts }: ColumnTask,
): Promise<void> {
  const { name } = wanted;
  const wasSerial = live.default?.startsWith('nextval(') ?? false;
  const sequence = wasSerial ? await sequenceOf(alteration, name) : undefined;
  if (counts) {
    if (isIdentity(live))
      await alteration.execute(`alter table ${alteration.name} alter column ${quoteName(name)} drop identity`);
    if (!wasSerial) await makeSerial(alteration, name, type);
    else if (sequence && aspects.has('type')) await alteration.execute(`alter sequence ${sequence} as ${type}`);
    return;
  }
  if (sequence) await alteration.execute(`drop sequence ${sequence}`);
  if (!isIdentity(wanted) || !aspects.has('generated')) return;
  const when = wanted.generated === 'identity' ? 'always' : 'by default';
  if (isIdentity(live))
    await alteration.execute(`alter table ${alteration.name} alter column ${quoteName(name)} set generated ${when}`);
  else await makeIdentity(alteration, name, when);
}
