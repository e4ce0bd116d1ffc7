import { describeHolder } from '../../errors.ts';
import type { SchemaStatus } from '../../schema.ts';
import { translate } from '../../store/database.ts';
import type { Paint } from '../colours.ts';
import type { Command, Target } from '../command.ts';
import { sayDuration } from '../durations.ts';
import { codeOfStanding, gravest } from '../exit-codes.ts';
import { readHistory, type HistoryLine } from '../history.ts';
import { colourOf } from '../standing.ts';
import { table } from '../table.ts';

interface Found extends SchemaStatus {
  /** Names the database, without credentials. */
  readonly database: string;
  readonly log?: readonly HistoryLine[];
}

/** Tells where the database stands. */
export const status: Command = {
  name: 'status',
  summary: 'tell where the database stands',
  flags: ['log'],
  async run({ schemas, flags, paint }) {
    const found: Found[] = [];
    for (const target of schemas) found.push(await look(target, flags.log === true));
    return {
      code: gravest(found.map(({ standing }) => codeOfStanding(standing))),
      schemas: found,
      text: [sayAll(found, paint), ...found.map(entry => sayLog(entry, paint))].join(''),
    };
  },
};

async function look({ schema, database }: Target, withLog: boolean): Promise<Found> {
  const found = { ...(await schema.status()), database: database.place };
  // without a version there is no log, and asking for it would create what is not there
  if (!withLog || found.deployed === undefined) return { ...found, ...(withLog && { log: [] }) };
  try {
    return { ...found, log: await readHistory(database) };
  } catch (error) {
    throw translate(database, error);
  }
}

function sayAll(found: readonly Found[], paint: Paint): string {
  const rows = found.map(({ guid, standing, runnable, deployed, latest, compatible, holder, database }) => [
    paint('bold', guid),
    paint(colourOf(standing), standing),
    deployed === undefined ? '' : String(deployed),
    String(latest),
    // of interest where the code is older: it says whether it may run all the same
    standing === 'ahead' ? `${compatible}${runnable ? ', so this code may run' : ''}` : '',
    holder ? describeHolder(holder) : '',
    database,
  ]);
  const head = ['schema', 'standing', 'deployed', 'latest', 'compatible from', 'in work', 'database'];
  return `${table(
    head.map(name => paint('dim', name)),
    rows,
  )}\n`;
}

function sayLog({ guid, log }: Found, paint: Paint): string {
  if (!log) return '';
  const title = `\n${paint('bold', guid)}\n`;
  if (log.length === 0) return `${title}no history\n`;
  const head = ['when', 'how', 'from', 'to', 'took', 'by', 'as', 'release', 'reason'];
  const rows = log.map(({ from, to, how, at, tookMs, host, pid, role, release, reason }) => [
    at ? `${at.toISOString().slice(0, 19).replace('T', ' ')}Z` : '',
    how,
    from === undefined ? '' : String(from),
    String(to),
    tookMs === undefined ? '' : sayDuration(tookMs),
    host === undefined ? '' : `${host}${pid === undefined ? '' : `, pid ${pid}`}`,
    role ?? '',
    release ?? '',
    reason ?? '',
  ]);
  return `${title}${table(
    head.map(name => paint('dim', name)),
    rows,
  )}\n`;
}
