import type { Column } from '@mikro-orm/sql';
import { qualify, quoteEscaped, quoteName } from '../../../sql/quoting.ts';
import { platformOf } from '../../../mikro-orm/schema-helper-parts.ts';
import type { EditContext } from '../../table-editor.ts';
import type { LiveColumn } from '../../table-changes.ts';
import type { Alteration } from './alteration.ts';
import { ownName, stored } from '../names.ts';

/** Whether a column counts by a separate sequence, as `serial`: MikroORM has no such word for a small number. */
export function isSerial(
  { helper }: Pick<EditContext, 'helper'>,
  { autoincrement, generated, mappedType }: Column,
): boolean {
  if (!autoincrement || generated) return false;
  return /serial$/i.test(mappedType.getColumnType({ autoincrement: true } as never, platformOf(helper)));
}

/** Whether a column counts as an identity. */
export function isIdentity({ generated }: Pick<LiveColumn | Column, 'generated'>): boolean {
  return generated?.endsWith('identity') ?? false;
}

/** The type of the numbers: `serial` is not a type, only a word for making one. */
export function countedType({ type }: Column): string {
  return type.replace(/^(small|big)?serial$/i, (_, size = '') => `${size}int`);
}

/** Makes a column count by itself, from where its values end, as `serial` does for a new one. */
export async function makeSerial(alteration: Alteration, column: string, type: string): Promise<void> {
  const { name, namespace, asked } = alteration;
  const sequence = qualify(namespace, ownName(asked.name, column, 'seq'));
  await alteration.execute(`create sequence ${sequence} as ${type} owned by ${name}.${quoteName(column)}`);
  await startBehind(alteration, column, sequence);
  await alteration.execute(
    `alter table ${name} alter column ${quoteName(column)} set default pg_catalog.nextval(${quoteEscaped(sequence)}), ` +
      `alter column ${quoteName(column)} set not null`,
  );
}

/** Makes a column an identity, which counts from where its values end. */
export async function makeIdentity(
  alteration: Alteration,
  column: string,
  when: 'always' | 'by default',
): Promise<void> {
  const { name } = alteration;
  const alter = `alter column ${quoteName(column)}`;
  // An identity demands it beforehand
  await alteration.execute(`alter table ${name} ${alter} set not null`);
  await alteration.execute(`alter table ${name} ${alter} add generated ${when} as identity`);
  await startBehind(alteration, column, String(await sequenceOf(alteration, column)));
}

/** The sequence that belongs to a column and goes with it, as SQL says it. */
export async function sequenceOf({ context, name }: Alteration, column: string): Promise<string | undefined> {
  const [row] = await context.sql.execute(
    `select pg_catalog.pg_get_serial_sequence(${quoteEscaped(name)}, ${quoteEscaped(stored(column))}) as sequence`,
  );
  return row?.sequence ? String(row.sequence) : undefined;
}

async function startBehind(alteration: Alteration, column: string, sequence: string): Promise<void> {
  await alteration.execute(
    `select pg_catalog.setval(${quoteEscaped(sequence)}, greatest(coalesce(pg_catalog.max(${quoteName(column)}), 0) + 1, 1), false) from ${alteration.name}`,
  );
}
