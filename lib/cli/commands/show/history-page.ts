import { basename, isAbsolute } from 'node:path';
import { reasonOf } from '../../../errors.ts';
import type { DrawnVersion } from '../../../pictures/history.ts';
import { layOutDiagrams, type Laid, type Viz } from '../../../pictures/lay-out.ts';
import { writePage, type PageLine } from '../../../pictures/page/write-page.ts';
import type { StepPlan } from '../../../plan/plan-data.ts';
import { planHistory } from '../../../plan/make-plan.ts';
import { readHistory, type HistoryLine } from '../../../store/bookkeeping/read-history.ts';
import { isMissing } from '../../../store/opening/local-files.ts';
import type { Target } from '../../project/project-schemas.ts';
import { sayDuration } from '../../tables-and-colours.ts';

/** A page, and what had to be left out of it. */
interface HistoryPage {
  readonly drawn: number;
  readonly text: string;
  readonly notes: readonly string[];
}

/** Writes the page of a Schema. Without a database that answers, it has no history; where steps cannot be tried, no plans. */
export async function historyPage(target: Target, viz: Viz, draw: () => Promise<DrawnVersion[]>): Promise<HistoryPage> {
  const { schema, database, definition } = target;
  const versions = await draw();
  const notes: string[] = [];
  const orNote = async <T>(what: string, work: () => Promise<T>, otherwise: T): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      notes.push(`without ${what}: ${reasonOf(error)}`);
      return otherwise;
    }
  };
  const steps = await orNote('plans', () => planHistory(schema), []);
  const isThere = !isMissing(database.orm);
  const log = isThere ? await orNote('the history of the database', () => readHistory(database), []) : [];
  const text = writePage({
    guid: definition.guid,
    versions,
    layout: layOutDiagrams(viz, versions.flatMap(laid)),
    plans: new Map(steps.map((step): [number, StepPlan] => [step.to, step])),
    database: log.length > 0 ? placeOf(database.place) : undefined,
    log: log.map(pageLine),
  });
  return { drawn: versions.length, text, notes };
}

/** A page is passed on: whose folder a file is in is no one else's business. */
function placeOf(place: string): string {
  return isAbsolute(place) ? basename(place) : place;
}

function laid({ diagram, changes, identities }: DrawnVersion, index: number, all: readonly DrawnVersion[]): Laid[] {
  const both = new Map([...(all[index - 1]?.identities ?? []), ...identities]);
  return [{ diagram, identities }, ...(changes ? [{ diagram: changes, identities: both }] : [])];
}

function pageLine({ from, to, how, at, tookMs, host, role, release, reason }: HistoryLine): PageLine {
  const moved = from === undefined ? `to ${to}` : `${from} → ${to}`;
  return {
    to,
    title: `${how} ${moved}`,
    more: [
      ...(at ? [`${at.toISOString().slice(0, 19).replace('T', ' ')}Z`] : []),
      ...(tookMs === undefined ? [] : [sayDuration(tookMs)]),
      ...(host === undefined ? [] : [`on ${host}`]),
      ...(role === undefined ? [] : [`as ${role}`]),
      ...(release === undefined ? [] : [`release ${release}`]),
      ...(reason === undefined ? [] : [reason]),
    ].join(', '),
  };
}
