import { showDifferences } from '../../../drift/difference-tree.ts';
import type { Difference } from '../../../difference.ts';
import { stringLiteral } from '../../../source-code/literals.ts';
import { readRow } from '../../../store/database.ts';
import { isMissing } from '../../../store/opening/local-files.ts';
import { surveyStorage } from '../../../store/survey.ts';
import { differencesAt } from '../../../verify/verify-storage.ts';
import { importText } from '../../project/draft-version.ts';
import { sayCount } from '../../tables-and-colours.ts';
import type { SetUp } from './set-up.ts';

/** How the storage of the configured database compares with a version that `init` freezes. */
export interface DatabaseComparison {
  /** The name of the database, without credentials. */
  readonly place: string;
  /** Whether the database has a version already. */
  readonly isRecorded: boolean;
  /** What the tables of the entities have in the database only: indexes, columns, checks and the like. */
  readonly onlyThere: readonly Difference[];
  /** The number of all other differences. */
  readonly others: number;
}

/** `init` needs no database, so it does not wait long for one. */
const PATIENCE_MS = 5000;

/**
 * Compares the database with a drafted version, before its file is written. Writes nothing, and creates no database.
 *
 * @returns `undefined` if no database can be reached, if it has no tables of the entities, or if it is at another version
 */
export async function compareDatabase(setUp: SetUp): Promise<DatabaseComparison | undefined> {
  const { version, target } = setUp;
  const { database, claim } = target;
  const call = withDraft(setUp);
  // Looking makes no file.
  if (isMissing(database.orm)) return undefined;
  try {
    const row = await readRow(database, call);
    if (row && row.version !== version) return undefined;
    const { own } = await surveyStorage(database, claim, call);
    if (own.length === 0) return undefined;
    const differences = await differencesAt(call, version);
    const onlyThere = differences.filter(({ kind, path }) => kind === 'extra' && path.length > 1);
    const others = differences.length - onlyThere.length;
    return { place: database.place, isRecorded: row !== undefined, onlyThere, others };
  } catch {
    // The comparison is an extra: a database that cannot be read is no reason not to set up the project.
    return undefined;
  }
}

/** Makes a call that knows the drafted version as if it were frozen. */
function withDraft({ target: { call, definition }, version, fingerprint, files: [file] }: SetUp) {
  const draft = { fingerprint, load: () => importText(file.path, file.after) };
  const frozen = [...new Set([...definition.frozen, version])];
  return {
    ...call({ waitMs: PATIENCE_MS }, 'init'),
    definition: {
      ...definition,
      frozen,
      versionOf: (number: number) => (number === version ? draft : definition.versionOf(number)),
    },
  };
}

/** Describes for JSON what only the database has: paths, as `extra` of a Schema takes them. */
export function describeCompared(compared: DatabaseComparison | undefined): {
  readonly onlyInDatabase?: readonly string[];
} {
  return compared ? { onlyInDatabase: pathsOf(compared) } : {};
}

function pathsOf({ onlyThere }: DatabaseComparison): string[] {
  return [...new Set(onlyThere.map(({ path }) => path.slice(0, 3).join('.')))];
}

/** Shows what only the database has, and what to do with it. */
export function sayCompared({ guid, version }: SetUp, compared: DatabaseComparison): string[] {
  const { place, isRecorded, onlyThere, others } = compared;
  const lines: string[] = [];
  if (onlyThere.length > 0) {
    const extra = pathsOf(compared).map(path => stringLiteral(path));
    lines.push(
      `${guid}: ${place} has parts that the entities do not declare. A fresh install will not have them:`,
      ...showDifferences(onlyThere)
        .split('\n')
        .map(line => `  ${line}`),
      `  To have them after each install, declare them on the entities, and run npx dejavu next${isRecorded ? '' : ' and then npx dejavu adopt'}.`,
      `  To allow them only where they exist, add to the class: override readonly extra = [${extra.join(', ')}];`,
    );
  }
  if (others > 0) {
    const count = sayCount(others, 'other place', 'other places');
    const command = isRecorded ? 'check --storage' : `adopt ${version}`;
    lines.push(`${guid}: ${place} differs from the entities in ${count}. To list them: npx dejavu ${command}`);
  }
  return lines;
}
