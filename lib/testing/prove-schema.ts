import { isSchemaError, ProofFailedError, reasonOf, StepFailedError } from '../errors.ts';
import type { Breach, Declarations, LawCheck, Law, Subject, Verdict } from './law.ts';
import type { OrmOptions } from './databases/lender.ts';
import { isRefusal } from './laws/fitting-rows.ts';
import { LAWS } from './laws.ts';
import { assertRows, type RowsOption } from './rows/own-rows.ts';
import { showBreaches } from './show-breaches.ts';
import { openSubject, type MakeSchema, type ProvableSchema } from './subject.ts';

/** The options of `proveSchema()`. */
export interface ProveOptions {
  /**
   * The configurations of MikroORM to prove the Schema on: those of your application, or of its driver and its entities. Only
   * the server of a configuration is used, never its database: each check gets a separate empty database, which is removed
   * afterwards. SQLite works in memory. On PostgreSQL the role needs `createdb`. Default: SQLite, with the entities that the
   * Schema lists.
   */
  readonly databases?: readonly OrmOptions[] | undefined;
  /**
   * Selects the made-up rows. The same number gives the same rows.
   *
   * @defaultValue `1`
   */
  readonly seed?: number | undefined;
  /**
   * The number of made-up rows in each table, or numbers and rows by the names of entities: `{ Animal: 50, Keeper: [{ name:
   * 'Ann' }], Cage: ({ em, Cage }) => { em.create(Cage, { … }); } }`. A function under the number of a version writes all rows
   * of that version: `{ 1: ({ em, Animal }: Models<V1>) => { … } }`.
   *
   * @defaultValue `20`
   */
  readonly rows?: RowsOption | undefined;
  /** The folder of old dumps: one folder for each version, each written by `dejavu dump`. */
  readonly dumps?: string | undefined;
  /** The names of entities whose rows come with the application, by steps and by `onInstall`. */
  readonly reference?: readonly string[] | undefined;
  /**
   * The properties whose values a step changes on purpose, by the version that the step leads to: `{ 3: ['Animal.name'] }`.
   */
  readonly changes?: Readonly<Record<number, readonly string[]>> | undefined;
  /** Leaves out the checks of versions below this one. */
  readonly from?: number | undefined;
}

/** One check of `proveSchema()`: a test for any runner. */
export interface NamedCheck {
  /** The name of the test, which states the checked fact: `zoo on SQLite: the frozen version 3 is as it was frozen`. */
  readonly name: string;
  /** The law that it belongs to, as in the documentation. */
  readonly law: number;
  /** The version it is about. */
  readonly version: number | undefined;
  readonly dialect: string;
  /**
   * Runs the check: the function of a test.
   *
   * @throws {@link ProofFailedError} with a text that says what differs, and how to see it again
   */
  readonly run: () => Promise<void>;
  /**
   * Runs the check as `run` does, and returns its remarks.
   *
   * @returns remarks: facts to know although nothing is wrong
   * @throws {@link ProofFailedError}
   */
  readonly look: () => Promise<readonly string[]>;
}

const DEFAULT_SEED = 1;

/**
 * Lists checks which prove that the steps of a Schema, its frozen versions and its entities agree. Each is a test: loop over
 * them in any test runner.
 *
 * ```ts
 * for (const { name, run } of await proveSchema(ZooSchema, { databases: [config] })) test(name, run);
 * ```
 *
 * This call connects to nothing. The checks run one after another, also if the test runner starts several at once.
 *
 * @throws {@link SchemaDefinitionError}, {@link DriverUnsupportedError}
 * @throws {@link SchemaTargetError} without entities
 */
export async function proveSchema(SchemaClass: ProvableSchema, options: ProveOptions = {}): Promise<NamedCheck[]> {
  return listChecks(orm => new SchemaClass(orm), options);
}

/**
 * Does the same for a Schema that a function makes.
 *
 * @param chosenBy the flags by which the command chose the Schema
 */
export async function listChecks(
  make: MakeSchema,
  options: ProveOptions,
  chosenBy: Declarations['chosenBy'] = [],
): Promise<NamedCheck[]> {
  const { databases = [{}], seed = DEFAULT_SEED, rows, dumps, from, reference = [], changes = {} } = options;
  const inTurn = queue();
  const checks: NamedCheck[] = [];
  for (const database of databases) {
    const subject = await openSubject(make, database, { seed, rows, dumps, from, reference, changes, chosenBy });
    assertRows(rows, subject.definition.frozen, subject.definition.guid);
    const other = checks.filter(({ dialect }) => dialect.split(' ')[0] === subject.dialect).length;
    const dialect = other === 0 ? subject.dialect : `${subject.dialect} ${databases.indexOf(database) + 1}`;
    for (const law of LAWS)
      for (const check of law.checks(subject))
        if (isAskedFor(check, from)) checks.push(named({ ...subject, dialect }, law, check, inTurn));
  }
  return checks;
}

function isAskedFor({ version }: LawCheck, from: number | undefined): boolean {
  return from === undefined || version === undefined || version >= from;
}

function named(subject: Subject, law: Law, check: LawCheck, inTurn: Turns): NamedCheck {
  const { guid } = subject.definition;
  const name = `${guid} on ${subject.dialect}: ${check.says}`;
  const judge = async () => {
    const { breaches, remarks = [] } = await look(check);
    if (breaches.length === 0) return remarks;
    const causes = breaches.filter(({ cause }) => cause !== undefined);
    throw new ProofFailedError(showBreaches(breaches, { subject, law, check, name }), {
      guid,
      law: law.number,
      version: check.version,
      dialect: subject.dialect,
      ...(check.withRows && { seed: subject.options.seed }),
      ...(causes[0] && { cause: causes[0].cause }),
    });
  };
  return {
    name,
    law: law.number,
    version: check.version,
    dialect: subject.dialect,
    // The types of Vitest and of node:test want tests that give nothing.
    run: async () => void (await inTurn(judge)),
    look: () => inTurn(judge),
  };
}

/** Runs a check, and reports an error of the Schema as a breach. Other errors are thrown: they are no findings. */
async function look(check: LawCheck): Promise<Verdict> {
  try {
    return await check.look();
  } catch (cause) {
    if (!isSchemaError(cause) || NO_FINDING.has(cause.code)) throw cause;
    const prefix = cause.guid === undefined ? '' : `${cause.guid}: `;
    const message = cause.message.startsWith(prefix) ? cause.message.slice(prefix.length) : reasonOf(cause);
    const breach: Breach = {
      what: `this does not hold: ${check.says}`,
      details: message.split('\n'),
      next: cause instanceof StepFailedError && isRefusal(cause) ? OTHER_ROWS : 'Do what the message above says.',
      cause,
    };
    return { breaches: [breach] };
  }
}

const OTHER_ROWS =
  'Correct the step. If your application has no rows like those that were made for this check, pass rows like its own: ' +
  "`proveSchema(…, { rows: { Entity: [{ name: 'Leo' }] } })`.";

/** Errors of the environment, which say nothing about the Schema. */
const NO_FINDING: ReadonlySet<string> = new Set(['DATABASE_UNAVAILABLE', 'PERMISSION_DENIED', 'DRIVER_UNSUPPORTED']);

type Turns = <T>(work: () => Promise<T>) => Promise<T>;

/** One at a time: entities belong to the ORM that was made from them last. */
function queue(): Turns {
  let last: Promise<unknown> = Promise.resolve();
  return async work => {
    const mine = last.then(work, work);
    last = mine.catch(() => {});
    return mine;
  };
}
