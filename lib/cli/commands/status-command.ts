import { describeHolder, type Dependency } from '../../errors.ts';
import { amongAll } from '../../boot/modules/others.ts';
import type { SchemaStatus } from '../../boot/report.ts';
import { status as statusOf } from '../../boot/verbs.ts';
import { readHistory, type HistoryLine } from '../../store/bookkeeping/read-history.ts';
import { isProtected } from '../../store/bookkeeping/protect-tables.ts';
import { sayProtection } from './check-command.ts';
import type { Command } from '../command.ts';
import { isAtWork, sayAbsent } from './absent-holder.ts';
import { codeOfStanding, EXIT_CODES, gravest } from '../exit-codes.ts';
import type { Target } from '../project/project-schemas.ts';
import { COLOURS, sayDuration, table, type Paint } from '../tables-and-colours.ts';
import { sayTables, tablesWithoutVersion } from './unversioned.ts';
import { versionLine } from './version-line.ts';

interface StatusReport extends SchemaStatus {
  /** The database, without credentials. */
  readonly database: string;
  /** Whether MikroORM's configuration keeps its schema generator from dropping our tables. */
  readonly isProtected: boolean;
  /** The tables of this Schema in a database without a version. */
  readonly ownTables?: readonly string[];
  /** Whether the process that announced an upgrade is at work; `undefined` if that cannot be seen. */
  readonly isAtWork: boolean | undefined;
  readonly log?: readonly HistoryLine[];
}

/** Shows the standing of the database. */
export const status: Command = {
  name: 'status',
  summary: 'show the version of the database, and whether this code may run on it',
  flags: ['log'],
  async run({ schemas, flags, paint, person }) {
    const reports: StatusReport[] = [];
    for (const target of schemas) reports.push(await look(target, schemas, flags.log === true));
    return {
      code: gravest(reports.map(codeOf)),
      schemas: reports,
      text: [
        sayAll(reports, paint),
        ...(person ? reports.map(report => `${paint('dim', `${report.guid}: ${versionLine(report)}`)}\n`) : []),
        ...reports.map(sayUnversioned),
        ...reports.map(sayHolder),
        ...sayAllProtection(reports, paint),
        ...reports.map(report => sayLog(report, paint)),
      ].join(''),
    };
  },
};

/** Several Schemas share an ORM as a rule: one warning is enough. */
function sayAllProtection(reports: readonly StatusReport[], paint: Paint): string[] {
  const lines = sayProtection({ isProtected: reports.every(report => report.isProtected) }, paint);
  return lines.map(line => `${line}\n`);
}

async function look(target: Target, all: readonly Target[], withLog: boolean): Promise<StatusReport> {
  const { database } = target;
  const standing = await statusOf(amongAll(target.call({}, undefined), all));
  const ownTables = await tablesWithoutVersion(target, standing);
  const found = {
    ...standing,
    database: database.place,
    isProtected: isProtected(database.orm),
    isAtWork: await isAtWork(target, standing),
    ...(ownTables && { ownTables }),
  };
  // A database without a version has no log, and reading it could create a SQLite file.
  if (!withLog || found.deployed === undefined) return { ...found, ...(withLog && { log: [] }) };
  return { ...found, log: await readHistory(database) };
}

function sayUnversioned({ guid, ownTables = [] }: StatusReport): string {
  return ownTables.length > 0 ? `${guid}: the database has no version. ${sayTables(ownTables)}\n` : '';
}

function sayHolder({ guid, holder, isAtWork: works }: StatusReport): string {
  return holder && works === false ? `${guid}: ${sayAbsent(holder)}\n` : '';
}

/** A Schema at its version cannot run while another one that it depends on is behind. */
function codeOf({ standing, dependencies }: StatusReport): number {
  const code = codeOfStanding(standing);
  return code === EXIT_CODES.done && dependencies.some(isUnmet) ? EXIT_CODES.behind : code;
}

function isUnmet({ needs, deployed }: Dependency): boolean {
  return deployed === undefined || deployed < needs;
}

/** Shows what a Schema depends on: `accounts 3`, and where that is not reached, `accounts 3 (is at 2)`. */
function sayDependencies({ dependencies }: StatusReport, paint: Paint): string {
  return dependencies
    .map(one => {
      const needed = `${one.guid} ${one.needs}`;
      return isUnmet(one)
        ? paint('red', `${needed} (${one.deployed === undefined ? 'missing' : `is at ${one.deployed}`})`)
        : needed;
    })
    .join(', ');
}

function sayAll(reports: readonly StatusReport[], paint: Paint): string {
  const rows = reports.map(report => {
    const { guid, standing, runnable, deployed, latest, compatible, holder, database, isAtWork: works } = report;
    return [
      paint('bold', guid),
      paint(COLOURS[standing], standing),
      String(deployed ?? ''),
      String(latest),
      // If the code is older, this column says whether it may run.
      standing === 'ahead' ? `${compatible}${runnable ? ', so this code may run' : ''}` : '',
      sayDependencies(report, paint),
      // A process that has ended gets a line below the table.
      holder && works !== false ? describeHolder(holder) : '',
      database,
    ];
  });
  const head = ['schema', 'standing', 'deployed', 'latest', 'compatible from', 'depends on', 'working', 'database'];
  return sayTable(head, rows, paint);
}

function sayLog({ guid, log }: StatusReport, paint: Paint): string {
  if (!log) return '';
  const title = `\n${paint('bold', guid)}\n`;
  if (log.length === 0) return `${title}no history\n`;
  const rows = log.map(({ from, to, how, at, tookMs, host, pid, role, release, reason }) => [
    at ? `${at.toISOString().slice(0, 19).replace('T', ' ')}Z` : '',
    how,
    String(from ?? ''),
    String(to),
    tookMs === undefined ? '' : sayDuration(tookMs),
    host === undefined ? '' : `${host}${pid === undefined ? '' : `, pid ${pid}`}`,
    role ?? '',
    release ?? '',
    reason ?? '',
  ]);
  return title + sayTable(['when', 'how', 'from', 'to', 'took', 'by', 'as', 'release', 'reason'], rows, paint);
}

function sayTable(head: readonly string[], rows: readonly (readonly string[])[], paint: Paint): string {
  const heads = head.map(name => paint('dim', name));
  return `${table(heads, rows)}\n`;
}
