import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { TestDatabase } from '../../support/databases.ts';

/** A database that nobody here made. */
export type SampleName = 'chinook' | 'northwind';

const folder = process.env['DEJAVU_SAMPLES'] ?? resolve(import.meta.dirname, '../../../../shared/data');

/** The script of Pagila, which has no rows; `undefined` where it is not here. Without the one table that needs an extension. */
export function pagilaScript(): string | undefined {
  const path = join(folder, 'pagila', 'schema.sql');
  if (!existsSync(path)) return undefined;
  const parts = readFileSync(path, 'utf8').split(/^--\n-- Name: /m);
  const kept = parts.filter(part => !/^(?:EXTENSION )?(?:vector\b|film_embedding)/.test(part));
  return kept.join('-- ').replaceAll(/^(?:\\.*|ALTER .* OWNER TO .*)$/gm, '');
}

/** Where a sample's script has to be: it is read where it stands, beside the checkout, and not copied. */
export function scriptOf(sample: SampleName, dialect: 'sqlite' | 'postgresql'): string {
  return join(folder, sample, `${dialect}.sql`);
}

/** Whether the samples are here. */
export function hasSample(sample: SampleName): boolean {
  return existsSync(scriptOf(sample, 'postgresql'));
}

/** Fills an empty database with a sample, rows and all. */
export async function loadSample(database: TestDatabase, sample: SampleName): Promise<void> {
  const script = readFileSync(scriptOf(sample, database.dialect), 'utf8');
  // one of them makes a database of its own, and tells psql to go there
  const inside = script.replaceAll(/^(?:(?:create|drop) database|\\c)\b.*$/gim, '');
  await database.execute(database.dialect === 'sqlite' ? `begin; ${inside}; commit` : inside);
}
