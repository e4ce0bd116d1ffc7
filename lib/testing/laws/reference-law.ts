import { splitLine } from '../../rows/canonical/cells.ts';
import type { Breach, Law, LawCheck, Subject, Verdict } from '../law.ts';
import type { CapturedRows } from '../row-comparison/captured-rows.ts';
import { captureRows } from '../rows/install-at.ts';
import { oldestVersion } from './same-storage-law.ts';

/** Rows that come with the application exist both after a fresh installation and after all steps. */
export const referenceLaw: Law = {
  number: 7,
  name: 'reference data',
  checks: subject => {
    const { latest, frozen } = subject.definition;
    const oldest = oldestVersion(subject);
    return oldest < latest && frozen.includes(latest) ? [referenceCheck(subject, oldest)] : [];
  },
};

function referenceCheck(subject: Subject, oldest: number): LawCheck {
  const { latest } = subject.definition;
  return {
    says: 'rows that come with the application are there after a fresh installation and after all steps',
    version: latest,
    look: async () => {
      await using fresh = await subject.prepared.lendFresh(({ call }) => captureRows(call()));
      const options = { seed: subject.options.seed, rows: 0 };
      let first: ReadonlySet<string> = new Set();
      const way = { from: oldest, to: latest, options, withRows: true };
      await using upgraded = await subject.prepared.lendUpgraded(way, async ({ call, rowsAtFirst }) => {
        const old = await rowsAtFirst();
        first = new Set(old.tables.map(({ title }) => title));
        return captureRows(call());
      });
      return await compareReference(subject, { fresh, upgraded, first });
    },
  };
}

interface BothWays {
  readonly fresh: CapturedRows;
  readonly upgraded: CapturedRows;
  /** The tables of the oldest version: the rows of its installation are unknown. */
  readonly first: ReadonlySet<string>;
}

type ReferenceTable = CapturedRows['tables'][number];

async function compareReference({ options }: Subject, { fresh, upgraded, first }: BothWays): Promise<Verdict> {
  const named = new Set(options.reference.map(name => name.toLowerCase()));
  const breaches: Breach[] = [];
  const remarks: string[] = [];
  for (const table of fresh.tables) {
    const [installed, stepped] = [await rowsOf(fresh, table), await rowsOf(upgraded, table)];
    const lacking = missingFrom(installed, stepped);
    const surplus = missingFrom(stepped, installed);
    if (!isNamed(table, named)) {
      if (installed.length + stepped.length > 0) remarks.push(suggestion(table, installed.length, stepped.length));
      continue;
    }
    if (lacking.length > 0)
      breaches.push(differing(table, 'inserted by a step, and not by a fresh installation', lacking, IN_ON_INSTALL));
    if (surplus.length === 0) continue;
    if (first.has(table.title))
      remarks.push(
        `${table.title}: ${surplus.length} rows of a fresh installation are inserted by no step. They may be older than the steps.`,
      );
    else breaches.push(differing(table, 'inserted by a fresh installation, and by no step', surplus, IN_STEP));
  }
  return { breaches, remarks };
}

const IN_ON_INSTALL = 'Insert them in `onInstall` as well: call the same function from the step and from `onInstall`.';
const IN_STEP = 'Write a step that inserts them, for the databases that exist: `npx dejavu next --empty`.';

function isNamed({ title, entities }: ReferenceTable, named: ReadonlySet<string>): boolean {
  return [title, ...entities].some(name => named.has(name.toLowerCase()));
}

function suggestion({ title, entities }: ReferenceTable, installed: number, stepped: number): string {
  const name = entities[0] ?? title;
  return (
    `${title} has ${installed} rows after a fresh installation, and ${stepped} after all steps. ` +
    `If they come with the application, compare them: { reference: ['${name}'] }.`
  );
}

function differing({ title }: ReferenceTable, how: string, rows: readonly string[], next: string): Breach {
  const shown = rows.slice(0, 20).map(row => `${title}: ${row}`);
  const more = rows.length - shown.length;
  return {
    what: rows.length === 1 ? `a row of ${title} is ${how}` : `${rows.length} rows of ${title} are ${how}`,
    details: [...shown, ...(more > 0 ? [`and ${more} more`] : [])],
    next,
  };
}

/** The rows of a table, without the number that the database gave them and without moments: both differ each time. */
async function rowsOf(rows: CapturedRows, { title }: ReferenceTable): Promise<string[]> {
  const table = rows.tables.find(one => one.title === title);
  if (!table) return [];
  const kept = table.columns.map(({ name, kind }) => name !== table.counter && kind !== 'moment');
  const found: string[] = [];
  for await (const line of rows.lines(title)) {
    const cells = splitLine(line) ?? [];
    found.push(table.columns.flatMap(({ name }, index) => (kept[index] ? [`${name} ${cells[index]}`] : [])).join(', '));
  }
  return found;
}

/** Lists the rows that the others do not have, as many times as these have more of them. */
function missingFrom(others: readonly string[], rows: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const row of others) left.set(row, (left.get(row) ?? 0) + 1);
  return rows.filter(row => {
    const count = left.get(row) ?? 0;
    left.set(row, count - 1);
    return count <= 0;
  });
}
