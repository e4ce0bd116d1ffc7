import { reasonOf } from '../errors.ts';
import type { Schema, SchemaStatus } from '../schema.ts';
import { listOf } from './schema-list.ts';

/** Whether a process may serve, and why not. */
export interface Readiness {
  /** Whether this code may run on the databases as they are: `200` or `503`. */
  readonly ready: boolean;
  /** The reasons against it, a line each; empty if it may serve. */
  readonly reasons: readonly string[];
  /** How each Schema stands. Those whose database did not answer are left out. */
  readonly schemas: readonly SchemaStatus[];
}

/** Tells whether a process may serve: for a readiness probe. Sends one statement for each Schema, never writes, never throws. */
export async function readiness(schemas: Schema | readonly Schema[]): Promise<Readiness> {
  const found = await Promise.all(
    listOf(schemas).map(async schema => {
      try {
        const status = await schema.status();
        return { status, reason: reasonAgainst(status) };
      } catch (error) {
        return { status: undefined, reason: reasonOf(error) };
      }
    }),
  );
  const reasons = found.flatMap(({ reason }) => reason ?? []);
  return { ready: reasons.length === 0, reasons, schemas: found.flatMap(({ status }) => status ?? []) };
}

function reasonAgainst({ guid, runnable, standing, deployed, latest, dependencies }: SchemaStatus): string | undefined {
  if (runnable) return undefined;
  if (standing === 'missing') return `${guid}: the database has no version`;
  if (standing !== 'level' && standing !== 'ahead')
    return `${guid}: the database is ${standing}, at version ${deployed}; this code is version ${latest}`;
  const unmet = dependencies.filter(({ needs, deployed: at }) => at === undefined || at < needs);
  const needs = unmet.map(({ guid: other, needs: version }) => `${other} at version ${version}`).join(', ');
  if (needs !== '') return `${guid}: needs ${needs}`;
  return `${guid}: the database is ahead, at version ${deployed}; this code is version ${latest}`;
}
