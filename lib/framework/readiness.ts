import { reasonOf } from '../errors.ts';
import type { SchemaStatus } from '../boot/report.ts';
import type { Schema } from '../schema.ts';
import { listOf } from './schema-list.ts';

/** Whether a process may serve, and the reasons against it. */
export interface Readiness {
  /** Whether this code may run on the databases as they are: `200` or `503`. */
  readonly ready: boolean;
  /** The reasons against it, a line each; empty if it may serve. */
  readonly reasons: readonly string[];
  /** The standing of each Schema. Those whose database did not answer are left out. */
  readonly schemas: readonly SchemaStatus[];
}

/** A probe is sent again soon, so it does not wait as long as an upgrade does. */
const LONGEST_MS = 5000;

/**
 * Tells whether a process may serve: for a readiness probe. Sends one statement for each Schema, never writes, never throws.
 * A database that does not answer within 5 s is a reason against it. Schemas in other databases that are needed must be in the
 * list too.
 */
export async function readiness(schemas: Schema | readonly Schema[]): Promise<Readiness> {
  // Who imports a Schema to boot it loads none of this yet.
  const [{ amongAll }, { openSchema, CALLS }] = await Promise.all([
    import('../boot/modules/others.ts'),
    import('../open-schema.ts'),
  ]);
  const asked = listOf(schemas).map(schema => tried(() => openSchema(schema)));
  const modules = asked.flatMap(({ value }) => value ?? []);
  const found = await Promise.all(
    asked.map(async ({ value, reason }) => {
      if (!value) return { found: undefined, reason };
      try {
        const one = await CALLS.status(amongAll(value.call({}, undefined), modules), { waitMs: LONGEST_MS });
        return { found: one, reason: reasonAgainst(one) };
      } catch (error) {
        return { found: undefined, reason: reasonOf(error) };
      }
    }),
  );
  const reasons = found.flatMap(({ reason }) => reason ?? []);
  return { ready: reasons.length === 0, reasons, schemas: found.flatMap(one => one.found ?? []) };
}

function tried<T>(work: () => T): { readonly value?: T; readonly reason?: string } {
  try {
    return { value: work() };
  } catch (error) {
    return { reason: reasonOf(error) };
  }
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
