import { DiskImages } from '../interruptions/disk-images.ts';
import { FileImage } from '../databases/file-image.ts';
import { replaceStep } from '../interruptions/replace-step.ts';
import { isUndone, Undone } from '../interruptions/undone.ts';
import { cutConnections, showStatement, watchStatements } from '../interruptions/watch-statements.ts';
import type { Breach, LawCheck, Law, ProofPlace, Subject, Verdict } from '../law.ts';
import { captureRows, type InstallAtOptions } from '../rows/install-at.ts';
import type { CapturedRows } from '../row-comparison/captured-rows.ts';
import { showRowDifferences } from '../row-comparison/show-rows.ts';
import { fittingRows } from './fitting-rows.ts';
import { stepsBetweenFrozen } from './steps-between.ts';
import { storageBreaches } from './storage-breaches.ts';

/**
 * A process killed at any statement of a step leaves a database that the next process upgrades with the same result.
 */
export const killedLaw: Law = {
  number: 9,
  name: 'killed',
  checks: subject => stepsBetweenFrozen(subject).map(version => killed(subject, version)),
};

const NEXT =
  'Send all statements through `step`, so that they are committed together, and write the step so that it can start again from any state that it leaves.';

function killed(subject: Subject, version: number): LawCheck {
  return {
    says: `upgradeTo_${version}, killed at any of its statements, is finished by the next boot`,
    version,
    withRows: true,
    look: async () => {
      const { options } = await fittingRows(subject, version - 1, version);
      return subject.prepared.lendAt(version - 1, options, async place => {
        const { database } = place.call();
        const run = { subject, place, version, options, before: await place.rowsAtFirst() };
        return database.dialect.capabilities.files ? killedOnDisk(run) : cutOff(run);
      });
    },
  };
}

interface Killing {
  readonly subject: Subject;
  readonly place: ProofPlace;
  readonly version: number;
  readonly options: InstallAtOptions;
  readonly before: CapturedRows;
}

/**
 * Copies the files of a database ahead of each statement: a process killed at this moment leaves these files. Each different
 * copy is opened again, and booted, unless SQLite made the very files of it that were booted before.
 */
async function killedOnDisk(killing: Killing): Promise<Verdict> {
  const { subject, place, version } = killing;
  await using images = await DiskImages.of(place.address as string);
  const stop = await watchStatements(place.orm, sql => images.take(sql));
  try {
    await place.schema().upgrade(version, { allowLoss: true, verify: 'off' });
  } finally {
    stop();
  }
  await using done = await captureRows(place.call());
  const breaches: Breach[] = [];
  const booted = new Set<string>();
  for (const image of images.all) {
    const details = await subject.lend(async other => {
      image.copyTo(other.address as string);
      const print = image.hasJournal ? await recovered(other) : image.print;
      if (booted.has(print)) return [];
      booted.add(print);
      await other.schema().upgrade(version, { allowLoss: true });
      return endsAlike(other, version, { done, before: killing.before });
    }, 'lasting');
    if (details.length > 0)
      breaches.push({
        what: `upgradeTo_${version}, killed before statement ${showStatement(image.statement, image.sql)} and booted again, has another result`,
        details,
        next: NEXT,
      });
  }
  return { breaches };
}

/** Lets SQLite undo the transaction under way, as the first statement of a boot does. @returns what the files are then */
async function recovered({ schema, address }: ProofPlace): Promise<string> {
  await schema().deployed();
  return FileImage.of(address as string).print();
}

/**
 * How often a step is cut off at most. Each cut runs the step again up to its statement. What a step commits stays, so that a
 * later cut shows it too.
 */
const MOST_CUTS = 24;

/** Cuts the connection ahead of statements of a step: the server rolls back as if the process had died. */
async function cutOff(killing: Killing): Promise<Verdict> {
  const { subject, place, version, before } = killing;
  const method = `upgradeTo_${version}`;
  const whole = await runCut(killing, undefined);
  if (whole === undefined)
    return {
      breaches: [],
      remarks: [`dejavu cannot cut a connection of ${subject.dialect} in this process: no statement was cut off`],
    };
  const statements = whole.sent;
  const cuts = spread(statements, MOST_CUTS);
  for (const target of cuts) {
    const sql = (await runCut(killing, target))?.sql ?? '';
    const details = await isAsBefore(place, version, before);
    if (details.length > 0)
      return {
        breaches: [
          {
            what: `${method} was cut off at its statement ${showStatement(target, sql)}, and the database is not as it was before`,
            details,
            next: NEXT,
          },
        ],
      };
  }
  await using done = await uninterrupted(killing);
  await place.schema().upgrade(version, { allowLoss: true, verify: 'off' });
  const details = await endsAlike(place, version, { done, before });
  const what = `${method}, after it was cut off ${cuts.length} times and booted again, has another result`;
  return {
    breaches: details.length > 0 ? [{ what, details, next: NEXT }] : [],
    remarks:
      cuts.length < statements ? [`${method} was cut off at ${cuts.length} of its ${statements} statements`] : [],
  };
}

/** Runs the step in another database, and never cuts it off. @returns the rows then */
async function uninterrupted({ subject, version, options }: Killing): Promise<CapturedRows> {
  return subject.prepared.lendUpgraded({ from: version - 1, to: version, options }, ({ call }) => captureRows(call()));
}

/**
 * Runs a step and cuts its connection ahead of one of its statements, or lets it fail at its end.
 *
 * @returns how many statements it sent, and the one that was cut off; `undefined` if no connection can be cut
 */
async function runCut(
  { place, version }: Killing,
  target: number | undefined,
): Promise<{ readonly sent: number; readonly sql: string } | undefined> {
  let [sent, isInStep, isCut, last] = [0, false, false, ''];
  const stop = await cutConnections(place.orm, sql => {
    if (!isInStep || (sent += 1) !== target) return false;
    last = sql;
    return (isCut = true);
  });
  if (!stop) return undefined;
  const schema = replaceStep(place.schema(), `upgradeTo_${version}`, async run => {
    isInStep = true;
    try {
      await run();
    } finally {
      isInStep = false;
    }
    throw new Undone();
  });
  try {
    await schema.upgrade(version, { allowLoss: true, verify: 'off' });
  } catch (error) {
    if (!isCut && !isUndone(error)) throw error;
  } finally {
    stop();
  }
  return { sent, sql: last };
}

/** Numbers from 1 on, all or so many at equal distances, with the first and the last one. */
function spread(count: number, most: number): readonly number[] {
  const taken = Math.min(count, most);
  return Array.from({ length: taken }, (_, index) => 1 + Math.round((index * (count - 1)) / Math.max(1, taken - 1)));
}

async function isAsBefore({ schema, call }: ProofPlace, version: number, before: CapturedRows): Promise<string[]> {
  const deployed = await schema().deployed();
  if (deployed !== version - 1) return [`the database is at version ${String(deployed)}`];
  await using after = await captureRows(call());
  return await showRowDifferences(before, after);
}

async function endsAlike(
  { schema, call }: ProofPlace,
  version: number,
  { done, before }: { readonly done: CapturedRows; readonly before: CapturedRows },
): Promise<readonly string[]> {
  const deployed = await schema().deployed();
  if (deployed !== version) return [`the database is at version ${String(deployed)}`];
  const [storage] = await storageBreaches(schema(), version, { what: '', next: '' });
  if (storage) return storage.details;
  await using after = await captureRows(call());
  return await showRowDifferences(done, after, { known: before });
}
