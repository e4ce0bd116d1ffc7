import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { MikroORM } from '@mikro-orm/sql';
import type { Schema } from '../../../lib/index.ts';
import type { DatabaseKind, TestDatabase } from '../../support/databases.ts';
import { proveSchema } from '../../../lib/testing/index.ts';
import { lookAt, type Look } from '../../support/cli/browser.ts';
import { findingsOf } from '../../support/findings.ts';
import { photograph } from '../../support/life/rows.ts';
import { hasSample, loadSample, scriptOf, type SampleName } from './data.ts';
import { moveThereAndBack } from './moves.ts';
import { SampleProject, type Edit } from './project.ts';
import { digestsOf, fateOf, type Known, type Rows } from './rows.ts';

/** What a developer did for one release, and what became of the database. */
export interface Release extends Known {
  readonly what: string;
  readonly entities: readonly Edit[];
  /** The flags of `dejavu next` that answer what it asks. */
  readonly answers: readonly string[];
  /** What is written into the class afterwards, where data has to be moved. */
  readonly step?: readonly Edit[];
  /** Tables and columns that are no more. */
  readonly gone?: readonly string[];
  /** Tables whose rows were meant to change. */
  readonly changed?: readonly string[];
  /** SQL, names in snake case between backticks, and the rows it answers, each in a line. */
  readonly told?: Readonly<Record<string, readonly string[]>>;
  /** Properties whose values were meant to change, as `proveSchema()` takes them. */
  readonly changes?: readonly string[];
  /** Whether the way back cannot bring everything back. */
  readonly isLossy?: true;
}

/** Where the rows go meanwhile, and at which version. */
interface Move {
  readonly abroad: DatabaseKind;
  readonly at: number;
  readonly hasTexts?: boolean;
  /** Why they cannot. */
  readonly refused?: RegExp;
}

/** Of each table, for the laws of proveSchema(). */
const ROWS = 6;

/** Lives through the releases of an application whose database was there before it. */
export function liveThrough(
  sample: SampleName,
  kinds: readonly DatabaseKind[],
  releases: readonly Release[],
  moves: readonly Move[] = [],
  look: Look = { version: releases.length + 1 },
): void {
  if (!hasSample(sample)) {
    test(`${sample} is not here, and was left out`, () => {
      expect(hasSample(sample)).toBe(false);
      process.stderr.write(
        `left out: there is no ${scriptOf(sample, 'postgresql')}; DEJAVU_SAMPLES names its folder\n`,
      );
    });
    return;
  }
  describe.each(kinds)(`${sample} on $name`, kind => {
    const last = releases.length + 1;
    let project: SampleProject;
    let database: TestDatabase;
    let before: State;
    beforeAll(async () => {
      project = new SampleProject(sample);
      database = await kind.create({ pool: 2 });
      await loadSample(database, sample);
    });
    afterAll(async () => {
      project[Symbol.dispose]();
      await database.drop();
    });

    test('init sets the project up, and adopt records the database as it stands', async () => {
      before = await stateOf(database);
      const address = database.address as string;
      expect(await project.dejavu(1, ['init'], address)).toMatchObject({ code: 0, stderr: '' });
      await running(database, 1, async (_, orm) => expect(await orm.schema.getUpdateSchemaSQL()).toBe(''));
      const adopted = await project.dejavu(1, ['adopt', '1'], address);
      expect(adopted).toMatchObject({ code: 0, stdout: `${sample}: adopted at version 1\n` });
      expect(await stateOf(database)).toMatchObject({ storage: before.storage, digests: before.digests });
      await onNew(1, async (schema, empty) => {
        await schema.upgrade();
        expect((await stateOf(empty)).storage).toEqual(before.storage);
      });
    });

    test.each(releases.map((release, index) => ({ ...release, version: index + 2 })))(
      'release $version: $what',
      async ({
        version,
        entities,
        answers,
        step = [],
        gone = [],
        changed = [],
        told = {},
        isLossy = false,
        ...known
      }) => {
        project.branch(version);
        project.edit(version, 'entities.ts', entities);
        const written = await project.dejavu(version, ['next', ...answers], database.address as string);
        expect(written).toMatchObject({ code: 0, stderr: '' });
        project.edit(version, 'schema.ts', step);

        await running(database, version, async schema => {
          await schema.upgrade();
          const [earlier, after] = [before, await stateOf(database)];
          before = after;
          expect(fateOf(earlier.rows, after.rows, known)).toEqual({ gone: gone.toSorted(), changed });
          for (const [sql, lines] of Object.entries(told)) {
            expect({ [sql]: await answersTo(sql) }).toEqual({ [sql]: lines });
          }
          await onNew(version, async (other, empty) => {
            await other.upgrade();
            expect(after.storage).toEqual((await stateOf(empty)).storage);
            await other.downgrade(version - 1, { allowLoss: true });
            expect((await stateOf(empty)).storage).toEqual(earlier.storage);
          });
          if (isLossy) return;
          await schema.downgrade(version - 1, { allowLoss: true });
          expect(await stateOf(database)).toMatchObject({ storage: earlier.storage, digests: earlier.digests });
          await schema.upgrade();
          expect(await stateOf(database)).toMatchObject({ storage: after.storage, digests: after.digests });
        });
      },
    );

    test('another database like the first is adopted, and brought to the last release in one go', async () => {
      await onNew(last, async (schema, other) => {
        await loadSample(other, sample);
        expect(await schema.upgrade({ adopt: 1 })).toMatchObject({ outcome: 'adopted', to: last });
        const { storage, digests } = await stateOf(database);
        expect(await stateOf(other)).toMatchObject({ storage, digests });
      });
    });

    test.each(moves)(
      'it moves to $abroad.name at version $at, is upgraded there and moves back, or says why not',
      async ({ at, refused, ...rest }) => {
        await using home = await kind.create({ pool: 2 });
        await loadSample(home, sample);
        await running(home, at, schema => schema.upgrade({ adopt: 1 }));
        const outcome = await moveThereAndBack({ ...rest, home, homeKind: kind, at, last, running });
        expect(outcome).toMatch(refused ?? /^there and back$/);
      },
    );

    test('its versions are one page, and a browser finds no fault in it', async () => {
      const file = project.fileOf(last, 'versions.html');
      expect(await project.dejavu(last, ['show', '--html', file], database.address as string)).toMatchObject({
        code: 0,
        stdout: `${sample}: ${last} versions in ${file}\n`,
      });
      expect(await lookAt(file, look)).toEqual([]);
    });

    test('check finds nothing amiss, and neither does the compiler', async () => {
      expect(await project.dejavu(last, ['check'], database.address as string)).toMatchObject({ code: 0, stderr: '' });
      expect(project.complaints(last)).toBe('');
    });

    // One dialect each: Chinook in files, and Northwind on a server.
    if (kind.dialect === 'sqlite' || sample === 'northwind')
      test('every law of proveSchema() holds for the releases', async () => {
        const { Schema, config } = await project.load(last, database.address as string);
        const changes = Object.fromEntries(releases.map((release, index) => [index + 2, release.changes ?? []]));
        // A file is copied, and a database on a server is not: there the last release has to do, without the kills of law 9.
        const isFile = kind.dialect === 'sqlite';
        const options = { databases: [config], rows: ROWS, changes, from: isFile ? undefined : last };
        const checks = await proveSchema(Schema, options);
        expect(await findingsOf(checks.filter(({ law }) => isFile || law !== 9))).toEqual([]);
      });

    /** Starts the application of a release on a database, and ends it. */
    async function running<T>(
      on: TestDatabase,
      version: number,
      work: (schema: Schema, orm: MikroORM) => Promise<T>,
    ): Promise<T> {
      const { Schema, config } = await project.load(version, database.address as string);
      const orm = await on.orm(config.entities ?? [], { namingStrategy: config.namingStrategy as never });
      try {
        return await work(new Schema(orm), orm);
      } finally {
        await orm.close(true);
      }
    }

    /** Starts it on an empty database. */
    async function onNew(
      version: number,
      work: (schema: Schema, empty: TestDatabase) => Promise<unknown>,
    ): Promise<void> {
      await using empty = await kind.create({ pool: 2 });
      await running(empty, version, schema => work(schema, empty));
    }

    async function answersTo(sql: string): Promise<string[]> {
      const rows = await database.execute(
        sql.replaceAll(/`(\w+)`/g, (_, name: string) => `"${kind.dialect === 'sqlite' ? pascal(name) : name}"`),
      );
      return rows.map(row => Object.values(row).join(' '));
    }
  });
}

/** What is there: the tables, their rows, and what the rows come to. */
interface State {
  readonly storage: unknown;
  readonly rows: Rows;
  readonly digests: object;
}

async function stateOf(database: TestDatabase): Promise<State> {
  const { storage, rows } = await photograph(database);
  return { storage, rows, digests: digestsOf(rows) };
}

function pascal(name: string): string {
  return name.replaceAll(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
