import { describeLive, importVersion, nameOfVersion } from '../../boot/frozen/load-version.ts';
import { showDifferences } from '../../drift/difference-tree.ts';
import { reasonOf } from '../../errors.ts';
import type { StorageDescription } from '../../models/description.ts';
import { storageDifferences } from '../../models/show-differences.ts';
import { describeModule, editedAs } from '../../models/frozen-models.ts';
import { keyLiteral } from '../../source-code/literals.ts';
import type { SchemaStatus } from '../../boot/report.ts';
import { isProtected, PROTECTION } from '../../store/bookkeeping/protect-tables.ts';
import type { Verification } from '../../verify/verify-storage.ts';
import type { Command } from '../command.ts';
import { codeOfError, codeOfStanding, EXIT_CODES, gravest, UsageError } from '../exit-codes.ts';
import { explainLine, failureData } from '../failure-text.ts';
import type { Target } from '../project/project-schemas.ts';
import { sayUndeclared, undeclaredNeeds, type UndeclaredNeed } from '../project/undeclared-needs.ts';
import { COLOURS, type Paint } from '../tables-and-colours.ts';
import { checkTogether } from './bring-up-all.ts';
import { sayTables, tablesWithoutVersion } from './unversioned.ts';

interface CheckReport extends CodeReport {
  readonly guid: string;
  /** The standing of the database; `undefined` with `--offline`, or if it could not be read. */
  readonly status: SchemaStatus | undefined;
  /** The tables of this Schema in a database without a version. */
  readonly ownTables?: readonly string[];
  /** Why the database could not be read. */
  readonly error?: ReturnType<typeof failureData>;
  /** With `--storage`: how the storage differs from the version that the database is at. */
  readonly storage?: Pick<Verification, 'version' | 'differences'>;
}

/** The result of checking the code only. */
interface CodeReport {
  /** How the entities differ from the frozen `latest`; `undefined` if there is none, or it cannot be loaded. */
  readonly changed: readonly string[] | undefined;
  /** Frozen versions that were edited or cannot be loaded, and why. */
  readonly edited: readonly { readonly version: number; readonly problem: string }[];
  /** Whether MikroORM's configuration keeps its schema generator from dropping our tables. */
  readonly isProtected: boolean;
  /** Steps that do not declare which older code may keep running. */
  readonly undeclared: readonly number[];
  /** Foreign keys to entities of other Schemas, which `dependsOn` does not declare. */
  readonly undeclaredNeeds: readonly UndeclaredNeed[];
}

/** Checks database and code, for CI. Writes nothing. */
export const check: Command = {
  name: 'check',
  summary: 'check that database, entities, frozen versions and steps agree; writes nothing',
  flags: ['storage', 'offline'],
  async run(given) {
    const { schemas, flags, paint } = given;
    if (flags.storage && flags.offline)
      throw new UsageError('--storage needs the database, and --offline uses none. Use one of them.');
    const reports: CheckReport[] = [];
    const codes: number[] = [];
    for (const target of schemas) {
      const report = { guid: target.schema.guid, ...(await checkCode(target, schemas)), status: undefined };
      if (report.edited.length > 0 || report.changed?.length) codes.push(EXIT_CODES.changed);
      try {
        const status = flags.offline ? undefined : await target.schema.status();
        if (status) codes.push(codeOfStanding(status.standing));
        const ownTables = status && (await tablesWithoutVersion(target, status));
        const storage = flags.storage ? await storageOf(target) : undefined;
        if (storage?.differences.length) codes.push(EXIT_CODES.drift);
        reports.push({ ...report, status, ...(ownTables && { ownTables }), ...(storage && { storage }) });
      } catch (error) {
        // The result of checking the code is reported in any case.
        codes.push(codeOfError(error));
        reports.push({ ...report, error: failureData(error) });
      }
    }
    const text = reports.map(report => sayCheck(report, paint)).join('\n');
    try {
      checkTogether(given);
      return { code: gravest(codes), schemas: reports, text };
    } catch (error) {
      return { code: gravest([...codes, codeOfError(error)]), schemas: reports, text, error };
    }
  },
};

async function storageOf({ schema }: Target): Promise<NonNullable<CheckReport['storage']>> {
  const { verify } = await import('../../verify/verify-storage.ts');
  const { version, differences } = await verify(schema);
  return { version, differences };
}

/** Checks that the entities, the frozen versions and the steps agree. Imports every frozen version, and uses no database. */
async function checkCode(target: Target, all: readonly Target[]): Promise<CodeReport> {
  const { schema, definition, claim } = target;
  const { orm } = target.database;
  const { latest, up } = definition;
  const edited: { version: number; problem: string }[] = [];
  let changed: string[] | undefined;
  for (const [key, frozen] of Object.entries(schema.versions ?? {})) {
    const version = Number(key);
    const name = nameOfVersion(version);
    try {
      const module = await frozen.load();
      const print = editedAs(orm, module, { name }, frozen.fingerprint);
      if (print !== undefined) {
        edited.push({ version, problem: `was edited: its fingerprint is ${print} now, and was ${frozen.fingerprint}` });
      }
      if (version === latest)
        changed = changesOf(describeModule(orm, module, { name }), describeLive(orm, claim), name);
    } catch (error) {
      edited.push({ version, problem: `cannot be loaded: ${reasonOf(error)}` });
    }
  }
  const undeclared = [...up.keys()].filter(version => definition.optionsOf(version).compatible === undefined);
  return {
    changed,
    edited,
    isProtected: isProtected(orm),
    undeclared: undeclared.toSorted((a, b) => a - b),
    undeclaredNeeds: undeclaredNeeds(target, all),
  };
}

/** Lists how the entities differ from the frozen `latest`; `undefined` if there is none. Imports only that version. */
export async function changedEntities({ definition, database, claim }: Target): Promise<string[] | undefined> {
  const frozen = definition.versionOf(definition.latest);
  if (!frozen) return undefined;
  const name = nameOfVersion(definition.latest);
  const module = await importVersion(frozen, definition.latest, definition.guid);
  const found = describeModule(database.orm, module, { name });
  return changesOf(found, describeLive(database.orm, claim), name);
}

/** Lists how entities differ from a version: in their declarations, or else in what the driver derives from them. */
function changesOf(frozen: StorageDescription, live: StorageDescription, name: string): string[] {
  return storageDifferences(frozen, live, [name, 'the entities']);
}

function sayCheck(report: CheckReport, paint: Paint): string {
  const { guid, status, error, storage, changed, edited, undeclared } = report;
  const lines = [
    ...(status ? sayStanding(status, paint, report.ownTables) : []),
    ...(storage ? sayStorage(storage, paint) : []),
    ...(error ? sayFailure(error, paint) : []),
    // A version that cannot be loaded is one that is kept: it is reported below.
    ...(changed === undefined && edited.length > 0 ? [] : sayChanged(changed, paint)),
    ...edited.map(({ version, problem }) => paint('red', `the frozen version ${version} ${problem}`)),
    ...sayProtection(report, paint),
    ...report.undeclaredNeeds.map(need =>
      paint('yellow', sayUndeclared(need, 'the class', `dependsOn = { ${keyLiteral(need.guid)}: ${need.version} };`)),
    ),
    ...(undeclared.length > 0 ? [paint('dim', `steps without 'compatible': ${undeclared.join(', ')}`)] : []),
  ];
  return `${paint('bold', guid)}\n${lines.map(line => `  ${line}\n`).join('')}`;
}

/** Warns of a configuration with which MikroORM's schema generator drops the version of a database. */
export function sayProtection({ isProtected: isSafe }: { readonly isProtected: boolean }, paint: Paint): string[] {
  if (isSafe) return [];
  const warning =
    "mikro-orm schema:update would drop the version of the database. Add this to MikroORM's configuration:";
  return [paint('yellow', warning), `  ${PROTECTION}`];
}

function codeIn(error: ReturnType<typeof failureData>): string | number {
  const code: unknown = Reflect.get(error, 'code');
  return typeof code === 'string' ? code : EXIT_CODES.error;
}

const OFFLINE = 'Without a database, for example in CI, check the code only: npx dejavu check --offline';

function sayFailure(error: ReturnType<typeof failureData>, paint: Paint): string[] {
  const code = codeIn(error);
  return [
    paint('red', error.message),
    ...(code === 'DATABASE_UNAVAILABLE' ? [OFFLINE] : []),
    paint('dim', explainLine(code).trim()),
  ];
}

function sayStanding(
  { standing, deployed, latest }: SchemaStatus,
  paint: Paint,
  ownTables: CheckReport['ownTables'] = [],
): string[] {
  const shown = paint(COLOURS[standing], standing);
  if (deployed !== undefined)
    return [`the database is ${shown}: version ${deployed}, the code is at version ${latest}`];
  const lines = [`the database has no version (${shown}), the code is at version ${latest}`];
  return ownTables.length > 0 ? [...lines, sayTables(ownTables)] : [...lines, OFFLINE];
}

function sayStorage({ version, differences }: NonNullable<CheckReport['storage']>, paint: Paint): string[] {
  if (differences.length === 0) return [`the storage is that of version ${version}`];
  return [
    paint('red', `the storage differs from version ${version}:`),
    ...showDifferences(differences)
      .split('\n')
      .map(line => `  ${line}`),
    'Run npx dejavu repair --dry-run to see what it can restore.',
  ];
}

function sayChanged(changed: readonly string[] | undefined, paint: Paint): string[] {
  if (changed === undefined)
    return [
      paint(
        'dim',
        'This Schema keeps no frozen versions, so dejavu cannot notice a changed entity, and compares no storage after an ' +
          'upgrade. Run npx dejavu init to add them.',
      ),
    ];
  if (changed.length === 0) return ['the entities match the newest frozen version'];
  return [
    paint('red', 'the entities changed without a new version:'),
    ...changed.map(difference => `  ${difference}`),
    'Run npx dejavu next to write the version.',
  ];
}
