import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { dump, restore } from '../../../lib/dump/index.ts';
import { showManifest, type Manifest } from '../../../lib/dump/manifest.ts';
import { postgresql, sqliteFile, type DatabaseKind, type TestDatabase } from '../../support/databases.ts';
import { spawnWorker } from '../../support/processes.ts';
import { stateOf } from '../../support/state.ts';
import { everyType, filesOf, newFolder, schemaOn } from '../releases.ts';
import { fill, zooReleases } from '../zoo-releases.ts';

const ROWS = 5000;

/** A dump whose rows were changed by somebody who also knows how to write a manifest. */
function forged(folder: string, file: string, change: (text: string) => string): string {
  const copy = newFolder();
  cpSync(folder, copy, { recursive: true });
  const text = change(readFileSync(join(copy, file), 'utf8'));
  writeFileSync(join(copy, file), text);
  const { complete: _, ...manifest } = JSON.parse(readFileSync(join(copy, 'manifest.json'), 'utf8')) as Manifest & {
    complete: string;
  };
  const sha256 = createHash('sha256').update(text).digest('hex');
  const tables = manifest.tables.map(one =>
    one.file === file ? { ...one, sha256, bytes: Buffer.byteLength(text) } : one,
  );
  writeFileSync(join(copy, 'manifest.json'), showManifest({ ...manifest, tables }));
  return copy;
}

async function dumpOfZoo(kind: DatabaseKind = postgresql): Promise<string> {
  await using source = await kind.create();
  const schema = await schemaOn(source, zooReleases().slice(0, 1));
  await schema.upgrade();
  await fill(source, ROWS);
  const folder = newFolder();
  await dump(schema, folder);
  return folder;
}

async function restoredBy(isInstalled: boolean, folder: string, target: TestDatabase) {
  const again = newFolder();
  await using worker = spawnWorker('copier.ts', { address: target.address ?? '', folder, again, isInstalled });
  const { lines, stderr } = await worker.finished;
  expect(stderr).toBe('');
  expect(filesOf(again)).toEqual(filesOf(folder));
  return lines.at(-1);
}

test('rows are the same with pg-copy-streams, which copies them, and without', async () => {
  await using source = await postgresql.create();
  await using copied = await postgresql.create();
  await using inserted = await postgresql.create();
  const schema = await schemaOn(source, [everyType()]);
  await schema.upgrade();
  await source.execute(
    String.raw`insert into thing (id, big, flag, single, double, money, word, text, code, at, day, span, json, list, bytes, kinds) values
      (1, -9223372036854775808, true, 'NaN', '-0', 'NaN', E'a\tb', E'\\N\\\n\r"\x7f', 'é', 'infinity', '0044-03-15 BC', '1 year -2 days 3 seconds', '{"a":"\\\\ \n"}', array['', null, E'a"\\{},', 'null'], '\x005c0a', '{a,b}'),
      (2, 0, false, 'Infinity', 5e-324, -0.0001, '\N', '', '\.', '2017-10-29 01:16:06.123456+00', '99999-01-01', '0', 'null', '{}', '\x', '{}'),
      (4, 1, true, 1234567, 1e15, 0.5, '', '', '', '2017-10-29', '2017-10-29', 'P1D', '[1, 1e-7, {"a": [ ]}]', '{a,b}', '\x01', '{b}'),
      (3, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null)`,
  );
  const folder = newFolder();
  await dump(schema, folder);
  expect(await restoredBy(true, folder, copied)).toMatchObject({ event: 'restored', rows: 4, copies: 3 });
  expect(await restoredBy(false, folder, inserted)).toMatchObject({ event: 'restored', rows: 4, copies: 0 });
  for (const target of [copied, inserted]) {
    const again = newFolder();
    await dump(await schemaOn(target, [everyType()]), again);
    expect(filesOf(again)).toEqual(filesOf(folder));
  }
});

test.each([sqliteFile, postgresql])(
  'a row that $name refuses is named, and nothing is left in the database',
  async kind => {
    const folder = await dumpOfZoo(kind);
    await using target = await kind.create();
    const schema = await schemaOn(target, zooReleases().slice(0, 1));
    const before = await stateOf(target);
    // A key twice is found when the row is copied.
    const twice = forged(folder, 'tables/animal.jsonl', text => text.replace('\n[4000,', '\n[3999,'));
    await expect(restore(schema, twice)).rejects.toMatchObject({ code: 'DUMP_INVALID' });
    const lonely = forged(twice, 'tables/animal.jsonl', text =>
      text.replaceAll(/,\d+\]\n/g, ',1]\n').replaceAll(/,\d+,1\]\n/g, ',null,1]\n'),
    );
    await expect(restore(schema, lonely)).rejects.toMatchObject({
      code: 'RESTORE_REFUSED',
      message: expect.stringContaining('a row of animal in tables/animal.jsonl, line 4001: '),
    });
    expect(await stateOf(target)).toEqual(before);
  },
);

test('a connection that is cut leaves nothing in the database', async () => {
  const folder = await dumpOfZoo();
  await using target = await postgresql.create();
  const schema = await schemaOn(target, zooReleases().slice(0, 1));
  const before = await stateOf(target);
  const cut = `import('pg').then(async ({ default: pg }) => {
    const client = new pg.Client({ connectionString: process.argv[1] });
    await client.connect();
    const others = 'from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()';
    await client.query("select pg_terminate_backend(pid, 10000) " + others + " and state = 'active' and query like 'copy %'");
    await client.end();
  })`;
  let cuts = 0;
  const onProgress = ({ phase, table, done }: { phase: string; table: string; done: number }) => {
    if (phase !== 'loading' || table !== 'animal' || done < 1000 || (cuts += 1) > 1) return;
    expect(spawnSync(process.execPath, ['-e', cut, target.address ?? ''], { encoding: 'utf8' }).stderr).toBe('');
  };
  await expect(restore(schema, folder, { onProgress, waitMs: 0 })).rejects.toMatchObject({
    code: 'DATABASE_UNAVAILABLE',
  });
  expect(cuts).toBeGreaterThan(0);
  expect(await stateOf(target)).toEqual(before);
  expect(await restore(schema, folder)).toMatchObject({ rows: ROWS + 6 });
});

test('a dump that is stopped while rows are copied leaves the connections usable', async () => {
  await using source = await postgresql.create({ pool: 1 });
  const schema = await schemaOn(source, [everyType()]);
  await schema.upgrade();
  await source.execute(`insert into thing (id, text) select n, repeat('x', 300000) from generate_series(1, 20) as n`);
  const folder = newFolder();
  const stop = new AbortController();
  let most = 0;
  const onProgress = ({ done }: { done: number }) => {
    most = Math.max(most, done);
    if (done > 0) stop.abort();
  };
  await expect(dump(schema, folder, { signal: stop.signal, onProgress })).rejects.toMatchObject({
    code: 'UPGRADE_ABORTED',
  });
  expect(most).toBeLessThan(20);
  expect(await dump(schema, folder)).toMatchObject({ rows: 20 });
});
