import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { Schema } from '../lib/index.ts';
import { sqliteFile } from './support/databases.ts';

const root = join(import.meta.dirname, '..');

class EmptySchema extends Schema {
  readonly guid = 'zoo';
  readonly latest = 1;
}

test('an import and a boot with nothing to do load only what they need for that', async () => {
  await using database = await sqliteFile.create();
  await new EmptySchema(await database.orm([])).upgrade();
  const source = `
    import { registerHooks } from 'node:module';
    import { MikroORM } from '@mikro-orm/sqlite';
    const loaded = [];
    registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
    const { Schema } = await import(${JSON.stringify(pathToFileURL(join(root, 'lib', 'index.ts')).href)});
    const imported = loaded.filter(url => url.includes('/lib/')).length;
    class EmptySchema extends Schema { guid = 'zoo'; latest = 1; }
    const dbName = ${JSON.stringify(database.address)};
    const orm = await MikroORM.init({ entities: [], dbName, discovery: { warnWhenNoEntities: false } });
    const { outcome } = await new EmptySchema(orm).upgrade();
    await orm.close();
    console.log(JSON.stringify({ outcome, imported, loaded }));
  `;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', source], {
    cwd: root,
  });
  const { outcome, imported, loaded } = JSON.parse(stdout) as { outcome: string; imported: number; loaded: string[] };
  expect(outcome).toBe('level');
  const files = loaded.map(url => url.split('/lib/')[1] ?? url);
  // Each file costs an application's start about 0.3 ms, so one more should be a decision.
  const ours = loaded.filter(url => url.startsWith(pathToFileURL(join(root, 'lib')).href));
  expect({ imported, booted: ours.length }).toEqual({ imported: 23, booted: 69 });
  expect(files).toContain('boot/verbs.ts');
  expect(
    files.filter(file =>
      /operations|models|rows|table-text|rebuild|alter-table|enums|editor|meter|scratch|boot\/(carry-out|install|run-plan|run-method|run-step)\.ts/.test(
        file,
      ),
    ),
  ).toEqual([]);
});
