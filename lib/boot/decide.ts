import type { Difference } from '../difference.ts';
import { showFirst } from '../drift/show-difference.ts';
import {
  SchemaTargetError,
  StorageDiffersError,
  VersionAheadError,
  VersionBehindError,
  VersionForkedError,
  VersionMissingError,
  VersionTooOldError,
  type SchemaError,
} from '../errors.ts';
import type { DeployedRow } from '../store/deployed-row.ts';
import type { Survey } from '../store/survey.ts';
import { isVersion, mayRun, standingOf } from '../version.ts';
import type { Definition } from './definition.ts';
import type { StorageMatch } from './frozen/find-version.ts';
import { heedNeeds } from './modules/heed-needs.ts';
import type { Others } from './modules/others.ts';
import { declaredLosses, planSteps, type PlannedStep } from './planned-steps.ts';

/** What a call asks for. */
export type Asked =
  | {
      readonly verb: 'upgrade';
      readonly target: number;
      readonly install: boolean | undefined;
      readonly adopt: number | 'find' | undefined;
      /** Whether steps that are declared to lose data may run. Default: false. */
      readonly allowLoss?: boolean;
      /** Whether this very call has run steps before, and reads the row again. Default: false. */
      readonly hasRun?: boolean;
    }
  | {
      readonly verb: 'downgrade';
      readonly target: number;
      readonly allowLoss: boolean;
      /** As of an upgrade. */
      readonly hasRun?: boolean;
    }
  | { readonly verb: 'adopt'; readonly version: number | 'find' }
  | { readonly verb: 'assertStorage'; readonly install: boolean | undefined }
  | { readonly verb: 'assertVersion' }
  | { readonly verb: 'waitForVersion' }
  | { readonly verb: 'allow'; readonly version: number }
  /** What `upgrade` would do, or `downgrade` if the target is below the version the database has reached. */
  | {
      readonly verb: 'plan';
      readonly target: number | undefined;
      readonly install: boolean | undefined;
      readonly adopt: number | 'find' | undefined;
    };

/** What was found in a database. */
interface Found {
  readonly row: DeployedRow | undefined;
  /** Names the database, without credentials. */
  readonly place: string;
  /** Which tables exist, if that was looked up. */
  readonly survey?: Survey | undefined;
  /** Which frozen versions the storage matches, if that was compared. */
  readonly match?: StorageMatch | undefined;
  /** The other Schemas that matter to this one, if they were looked up. */
  readonly others?: Others | undefined;
}

/** What a database calls for: shown by a plan, and done by a call. */
export type Move =
  /** Nothing but the row was looked at, and that does not decide it: look at the storage, and ask again. */
  | { readonly kind: 'look' }
  /** The version to adopt is not known: compare the storage with the frozen versions, and ask again. */
  | { readonly kind: 'find' }
  /** There is nothing to do. */
  | { readonly kind: 'rest'; readonly outcome: 'level' | 'ahead'; readonly version: number }
  /** Create the storage of a version, and record it. */
  | { readonly kind: 'install'; readonly version: number }
  /** Record a database that has its storage, and run the steps from there. */
  | { readonly kind: 'adopt'; readonly version: number; readonly steps: readonly PlannedStep[] }
  | { readonly kind: 'run'; readonly steps: readonly PlannedStep[] }
  /** Create the tables that are missing. */
  | { readonly kind: 'complete'; readonly tables: readonly string[] }
  /** Lower the oldest version of the code that may run, to `to`. */
  | { readonly kind: 'allow'; readonly to: number }
  /** Another process has to install or to upgrade it first. */
  | { readonly kind: 'wait'; readonly error: SchemaError }
  | { readonly kind: 'refuse'; readonly error: SchemaError };

/** Decides what a database calls for. Pure: the question, the database as found, and the class. */
export function decide(asked: Asked, found: Found, definition: Definition): Move {
  const move = decideAlone(asked, found, definition);
  // A plan shows the steps of one Schema, also those that wait. `allow()` admits code, and `adopt()` alone has no steps.
  const isFree = asked.verb === 'plan' || asked.verb === 'allow';
  return found.others && !isFree ? heedNeeds(move, asked, found.others, definition) : move;
}

/** Decides it as if there were no other Schema. */
function decideAlone(asked: Asked, found: Found, definition: Definition): Move {
  const { row } = found;
  switch (asked.verb) {
    case 'upgrade':
      return row ? upgradeFrom(row, asked, found, definition) : withoutRow(asked, found, definition);
    case 'downgrade':
      return downgradeFrom(asked, found, definition);
    case 'adopt':
      return adopt(asked, found, definition);
    case 'assertStorage':
      return row ? complete(row, found, definition) : withoutRow(installing(asked, definition), found, definition);
    case 'allow':
      return allow(asked, found, definition);
    case 'plan':
      return decideAlone(planned(asked, row, definition), found, definition);
    default:
      return mayRunOn(asked, found, definition);
  }
}

/** Answers why this code may not run on the database as it is, or `undefined` if it may. Pure. */
export function verdictOn({ row, place }: Found, definition: Definition): SchemaError | undefined {
  const { guid, latest, baseline } = definition;
  if (!row) return missing(definition, place);
  const { version: deployed, compatible, holder } = row;
  switch (standingOf(row, definition)) {
    case 'too old':
      return new VersionTooOldError({ guid, deployed, latest, baseline });
    case 'behind':
      return new VersionBehindError({ guid, deployed, latest, holder });
    case 'ahead':
      return mayRun(row, definition) ? undefined : new VersionAheadError({ guid, deployed, latest, compatible });
    case 'forked':
      return new VersionForkedError({
        guid,
        deployed,
        latest,
        deployedFingerprint: row.fingerprint ?? '',
        fingerprint: definition.fingerprintOf(deployed) ?? '',
      });
    default:
      return undefined;
  }
}

/** The error of a call that names a version it cannot lead to. */
export function targetError(guid: string, target: unknown, why: string): SchemaTargetError {
  if (target === 'find') return new SchemaTargetError(`cannot adopt: ${why}`, { guid, target });
  const shown = typeof target === 'string' ? `'${target}'` : String(target);
  return new SchemaTargetError(`${shown} is not a valid target: ${why}`, { guid, target });
}

/** @throws {@link SchemaTargetError} unless `target` is a version this code knows. */
export function assertTarget({ guid, latest }: Definition, target: unknown): asserts target is number {
  if (!isVersion(target)) throw targetError(guid, target, `use a whole number from 0 to ${latest}.`);
  if (target > latest) throw targetError(guid, target, `this code knows versions up to ${latest}.`);
}

type Verb<Name extends Asked['verb']> = Extract<Asked, { readonly verb: Name }>;

function upgradeFrom(row: DeployedRow, asked: Verb<'upgrade'>, found: Found, definition: Definition): Move {
  const { guid, latest } = definition;
  const { target, hasRun = false } = asked;
  const { version } = row;
  const error = verdictOn(found, definition);
  if (error && standingOf(row, definition) !== 'behind') return { kind: 'refuse', error };
  if (version > latest) return { kind: 'rest', outcome: 'ahead', version };
  if (version > target && !hasRun) {
    const why = `the database is at version ${version}, and upgrade() never goes down. Call \`downgrade(${target})\`.`;
    return refuse(targetError(guid, target, why));
  }
  if (version >= target) return { kind: 'rest', outcome: 'level', version };
  const steps = planSteps(definition, row, target);
  const obstacle = declaredObstacle(asked, steps, definition);
  return obstacle === undefined ? { kind: 'run', steps } : refuse(targetError(guid, target, obstacle));
}

/** Steps that are declared to lose data wait until the caller allows it, up and down alike. */
function declaredObstacle(
  { allowLoss = false }: { readonly allowLoss?: boolean },
  steps: readonly PlannedStep[],
  definition: Definition,
): string | undefined {
  const losses = declaredLosses(steps, definition);
  if (losses.length === 0 || allowLoss) return undefined;
  const { direction, to } = steps.at(-1) as PlannedStep;
  return `the steps lose data: ${losses.join(', ')}. If you accept that, call \`${direction}(${to}, { allowLoss: true })\`.`;
}

function withoutRow(asked: Verb<'upgrade'>, found: Found, definition: Definition): Move {
  const { survey, place } = found;
  if (!survey) return { kind: 'look' };
  const { guid, latest } = definition;
  const { target, install } = asked;
  if (survey.own.length > 0) return adoptOnTheWay(asked, survey, found, definition);
  if (install === false) return refuse(mayNotInstall(definition, place, survey));
  if (survey.other.length > 0 && install !== true) return refuse(strangersThere(definition, place, survey));
  if (target === latest || definition.versionOf(target)) return { kind: 'install', version: target };
  const why = `the database is empty, and version ${target} is not frozen. Call \`upgrade()\` to install version ${latest} (latest).`;
  return refuse(targetError(guid, target, why));
}

function adoptOnTheWay(asked: Verb<'upgrade'>, survey: Survey, found: Found, definition: Definition): Move {
  const { target, adopt: version } = asked;
  if (version === undefined) return refuse(storageWithoutVersion(definition, found.place, survey));
  if (version === 'find') return adoptFound(found, definition, asked);
  if (version > target) {
    const why = `adopt is version ${version}, and upgrade() never goes down. Call \`upgrade(${version}, { adopt: ${version} })\`.`;
    return refuse(targetError(definition.guid, target, why));
  }
  return adoptAt(version, definition, asked);
}

/** How far an adoption leads. */
type AdoptingWay = Pick<Verb<'upgrade'>, 'target' | 'allowLoss'>;

/** The one version whose frozen storage is there. */
function adoptFound({ match, place }: Found, definition: Definition, way?: AdoptingWay): Move {
  if (!match) return { kind: 'find' };
  const target = way?.target;
  const { guid } = definition;
  const { same, nearest } = match;
  const [version, ...others] = same;
  if (version !== undefined && others.length === 0) {
    if (target === undefined || version <= target) return adoptAt(version, definition, way ?? { target: version });
    return refuse(
      targetError(
        guid,
        target,
        `${place} has the storage of version ${version}, and upgrade() never goes down. Call \`adopt(${version})\`.`,
      ),
    );
  }
  if (version !== undefined) {
    const shown = same.toReversed().join(' and ');
    const why = `${place} has the storage of versions ${shown}, which differ only in rows. Call \`adopt(${version})\` or another of them.`;
    return refuse(targetError(guid, 'find', why));
  }
  if (nearest) {
    const what = `${place} matches no frozen version. The nearest is version ${nearest.version}`;
    return refuse(storageDiffers(definition, nearest, what));
  }
  return refuse(
    targetError(
      guid,
      'find',
      'this Schema has no frozen versions to compare the storage with. Call `adopt(n)` with the version.',
    ),
  );
}

/** Makes the error for storage that differs from its version. */
export function storageDiffers(
  { guid }: Pick<Definition, 'guid'>,
  { version, differences }: { readonly version: number; readonly differences: readonly Difference[] },
  what = `the storage differs from the frozen version ${version}`,
): StorageDiffersError {
  return new StorageDiffersError(
    `${what}: ${showFirst(differences)}. ${wayOut(differences)} If you know its version, call \`adopt(n, { unverified: true })\`.`,
    { guid, version, differences },
  );
}

/** Parts that only the database has need not go, such as indexes that a migration made. */
function wayOut(differences: readonly Difference[]): string {
  if (differences.some(({ kind, path }) => kind !== 'extra' || path.length < 2)) return 'Change the storage.';
  const paths = new Set(differences.map(({ path }) => `'${path.slice(0, 3).join('.')}'`));
  return `To keep what only the database has, declare it on the entities, or add to the class: \`override readonly extra = [${[...paths].join(', ')}];\`.`;
}

function adoptAt(version: number, definition: Definition, way: AdoptingWay): Move {
  const { guid, baseline } = definition;
  if (version < baseline)
    return refuse(
      targetError(
        guid,
        version,
        `the steps start from version ${baseline}. Upgrade to version ${baseline} with an older release first.`,
      ),
    );
  const start = { version, compatible: definition.compatibleAt(version) };
  const steps = planSteps(definition, start, way.target);
  // It would be adopted, and then refused.
  const obstacle = declaredObstacle(way, steps, definition);
  return obstacle === undefined ? { kind: 'adopt', version, steps } : refuse(targetError(guid, way.target, obstacle));
}

function adopt({ version }: Verb<'adopt'>, found: Found, definition: Definition): Move {
  const { guid, latest } = definition;
  const { row, survey, place } = found;
  if (row) {
    const why = `the database is at version ${row.version} already. Call \`upgrade()\` instead.`;
    return refuse(targetError(guid, version, why));
  }
  if (!survey) return { kind: 'look' };
  if (survey.own.length > 0)
    return version === 'find' ? adoptFound(found, definition) : adoptAt(version, definition, { target: version });
  const nothing = `${place} has no tables of this Schema, so it cannot be adopted. Call \`upgrade()\` to install it.`;
  return refuse(new VersionMissingError(nothing, { guid, latest, database: place }));
}

function downgradeFrom(asked: Verb<'downgrade'>, found: Found, definition: Definition): Move {
  const { guid, latest } = definition;
  const { target, hasRun = false } = asked;
  const { row } = found;
  if (row && row.version < target && hasRun) return { kind: 'rest', outcome: 'level', version: row.version };
  const error = verdictOn(found, definition);
  const standing = standingOf(row, definition);
  // A database that is behind, or too old to go up from, may still go down.
  if (!row || (error && standing !== 'behind' && standing !== 'too old')) return refuse(error as SchemaError);
  const { version } = row;
  if (version < target) {
    const why = `the database is at version ${version}, and downgrade() never goes up. Call \`upgrade(${target})\`.`;
    return refuse(targetError(guid, target, why));
  }
  if (version > latest) {
    const why = `the database is at version ${version}, and this code knows versions up to ${latest}. Run the downgrade with the release that made version ${version}.`;
    return refuse(targetError(guid, target, why));
  }
  if (version === target) return { kind: 'rest', outcome: 'level', version };
  const steps = planSteps(definition, row, target);
  const obstacle = obstacleOnTheWayBack(asked, steps, definition);
  return obstacle === undefined ? { kind: 'run', steps } : refuse(targetError(guid, target, obstacle));
}

/** The whole way is looked at before the first step. */
function obstacleOnTheWayBack(
  asked: Verb<'downgrade'>,
  steps: readonly PlannedStep[],
  definition: Definition,
): string | undefined {
  const unwritten = steps.find(step => !definition.down.has(step.to));
  if (unwritten) {
    return `the step back from ${unwritten.from} to ${unwritten.to} is missing. Write ${unwritten.method}.`;
  }
  return declaredObstacle(asked, steps, definition);
}

/** A person calls this, so tables of others are no sign of a wrong connection string. */
function installing({ install = true }: Verb<'assertStorage'>, { latest }: Definition): Verb<'upgrade'> {
  return { verb: 'upgrade', target: latest, install, adopt: undefined };
}

function complete(row: DeployedRow, found: Found, definition: Definition): Move {
  const { version } = row;
  const error = verdictOn(found, definition);
  if (error) return refuse(error);
  if (version > definition.latest) return { kind: 'rest', outcome: 'ahead', version };
  if (!found.survey) return { kind: 'look' };
  const { missing: tables } = found.survey;
  return tables.length === 0 ? { kind: 'rest', outcome: 'level', version } : { kind: 'complete', tables };
}

function allow({ version }: Verb<'allow'>, { row, place }: Found, definition: Definition): Move {
  if (!row) return refuse(missing(definition, place));
  if (version < row.compatible) return { kind: 'allow', to: version };
  return { kind: 'rest', outcome: 'level', version: row.version };
}

function planned(
  { target, install, adopt: version }: Verb<'plan'>,
  row: DeployedRow | undefined,
  { latest }: Definition,
): Asked {
  // A plan shows losses; it does not forbid them.
  if (row && target !== undefined && target < row.version) return { verb: 'downgrade', target, allowLoss: true };
  return { verb: 'upgrade', target: target ?? latest, install, adopt: version, allowLoss: true };
}

function mayRunOn({ verb }: Verb<'assertVersion' | 'waitForVersion'>, found: Found, definition: Definition): Move {
  const error = verdictOn(found, definition);
  if (!error) {
    const { version } = found.row as DeployedRow;
    return { kind: 'rest', outcome: version > definition.latest ? 'ahead' : 'level', version };
  }
  const standing = standingOf(found.row, definition);
  const mayCome = verb === 'waitForVersion' && (standing === 'missing' || standing === 'behind');
  return { kind: mayCome ? 'wait' : 'refuse', error };
}

function refuse(error: SchemaError): Move {
  return { kind: 'refuse', error };
}

/** Makes the error for a database without a version, before its tables are listed. */
function missing({ guid, latest }: Definition, place: string): VersionMissingError {
  return new VersionMissingError(
    `${place} has no version. Call \`upgrade()\` to install it. If it should have a version, check the connection string.`,
    { guid, latest, database: place },
  );
}

function storageWithoutVersion({ guid, latest }: Definition, place: string, { own }: Survey): VersionMissingError {
  return new VersionMissingError(
    `${place} has ${list(own)}, but no version. Call \`adopt(n)\` or \`upgrade({ adopt: n })\` with the version it is at, or \`adopt()\` to compare it with the frozen versions. MikroORM's \`schema:update\` drops the version unless \`schemaGenerator.skipTables\` lists \`deployed_version\` and \`deployed_version_log\`.`,
    { guid, latest, database: place, ownTables: [...own] },
  );
}

function strangersThere({ guid, latest }: Definition, place: string, { other }: Survey): VersionMissingError {
  return new VersionMissingError(
    `${place} has no version, but ${list(other)} of another application. Check the connection string. To install next to them, call \`upgrade({ install: true })\`.`,
    { guid, latest, database: place, otherTables: [...other] },
  );
}

function mayNotInstall({ guid, latest }: Definition, place: string, { other }: Survey): VersionMissingError {
  return new VersionMissingError(
    `${place} has no version, and install is false. Check the connection string. To install it once, call \`upgrade({ install: true })\`.`,
    { guid, latest, database: place, otherTables: [...other] },
  );
}

function list(names: readonly string[]): string {
  const shown = names.slice(0, 5).map(name => `"${name}"`);
  return `${shown.length === 1 ? 'the table' : 'the tables'} ${shown.join(', ')}${names.length > 5 ? ` and ${names.length - 5} more` : ''}`;
}
