import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import type { FixtureData } from '../../../fixtures/fixture-file.ts';
import type { Command } from '../../command.ts';
import { EXIT_CODES, UsageError } from '../../exit-codes.ts';
import { onlySchema } from '../each-schema.ts';

/** Captures reference data as a fixture, numbered as the version of the database. */
export const fixture: Command = {
  name: 'fixture',
  summary: 'capture the rows of entities as a fixture, a file that step.loadFixture() loads',
  flags: ['entities', 'where', 'file', 'dryRun'],
  async run(given) {
    const { captureFixture } = await import('../../../dump/fixtures/capture-fixture.ts');
    const { schema, location } = onlySchema(given, 'A fixture has rows of one Schema');
    const entities = given.flags.entities ?? [];
    const where = readConditions(given.flags.where, entities);
    const data = await given.working(({ signal }) => captureFixture(schema, { entities, where, signal }));
    const named = `${String(data.version).padStart(4, '0')}_${entities.map(kebabCase).join('_')}.json`;
    const file = resolve(given.flags.file ?? join(dirname(resolve(location.path)), 'fixtures', named));
    const shown = relative(process.cwd(), file);
    const text = `${JSON.stringify(data, undefined, 2)}\n`;
    const { dryRun = false } = given.flags;
    if (!dryRun) {
      if (existsSync(file)) await given.ask(`${shown} exists. Overwrite it?`);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text);
    }
    const report = { guid: data.guid, version: data.version, file: shown, rows: countRows(data), dryRun };
    return { code: EXIT_CODES.done, schemas: [report], text: dryRun ? text : describe(data, shown) };
  },
};

/** Reads `--where`: a condition by entity, or, for a single entity, its condition alone. */
function readConditions(text: string | undefined, entities: readonly string[]): Record<string, object> {
  if (text === undefined) return {};
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch (error) {
    throw new UsageError(
      `--where is not JSON: ${(error as Error).message}. Write for example '{"Category":{"builtIn":true}}'.`,
    );
  }
  if (typeof read !== 'object' || read === null || Array.isArray(read))
    throw new UsageError(`--where takes a JSON object: '{"Category":{"builtIn":true}}'.`);
  const isByEntity = Object.keys(read).every(name => entities.includes(name));
  const [only] = entities;
  return isByEntity || entities.length > 1 || only === undefined ? (read as Record<string, object>) : { [only]: read };
}

function describe(data: FixtureData, file: string): string {
  const counts = Object.entries(countRows(data)).map(([name, rows]) => `${rows} of ${name}`);
  const names = Object.keys(data.rows).map(name => `step.after.${name}`);
  return [
    `Wrote ${file} with the rows of version ${data.version}: ${counts.join(', ')}.`,
    'Load it in a step, and in onInstall():',
    `  await step.loadFixture(new URL('./fixtures/…', import.meta.url), { entities: [${names.join(', ')}], missing: 'delete' });`.replace(
      '…',
      file.split(/[\\/]/).at(-1) ?? '',
    ),
    '',
  ].join('\n');
}

function countRows({ rows }: FixtureData): Record<string, number> {
  return Object.fromEntries(Object.entries(rows).map(([name, list]) => [name, list.length]));
}

function kebabCase(name: string): string {
  return name.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, '-').toLowerCase();
}
