import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PassThrough, Readable, Writable } from 'node:stream';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { defineEntity, p } from '@mikro-orm/core';
import { dump, restore } from '../../../lib/dump/index.ts';
import type { Schema } from '../../../lib/index.ts';
import { showHeader } from '../../../lib/dump/stream/tar-format.ts';
import { sqliteMemory, type TestDatabase } from '../../support/databases.ts';
import { stateOf, type State } from '../../support/state.ts';
import { filesOf, newFolder, schemaOn } from '../releases.ts';

const LONG = `a_${'long_'.repeat(19)}`;

function zoo() {
  const properties = { id: p.integer().primary(), name: p.string() };
  const Animal = defineEntity({ name: 'Animal', properties });
  const Long = defineEntity({ name: 'Long', tableName: LONG, properties: { id: p.integer().primary() } });
  return { Animal, Long };
}

describe('a dump in one stream', () => {
  let source: TestDatabase;
  let target: TestDatabase;
  let schema: Schema;
  let empty: State;
  let folder: string;
  let tar: Buffer;
  beforeAll(async () => {
    [source, target] = [await sqliteMemory.create(), await sqliteMemory.create()];
    schema = await schemaOn(source, [zoo()]);
    await schema.upgrade();
    await source.execute(
      `with recursive n(i) as (select 1 union all select i + 1 from n where i < 9000) insert into animal (id, name) select i, 'animal ' || i from n`,
    );
    empty = await stateOf(target);
    await dump(schema, (folder = newFolder()));
    const file = `${newFolder()}.tar`;
    await dump(schema, file);
    tar = readFileSync(file);
  });
  afterAll(async () => {
    await source.drop();
    await target.drop();
  });

  test.each([
    ['.tar', (bytes: Buffer) => bytes],
    ['.tar.gz', gunzipSync],
    ['.tar.zst', zstdDecompressSync],
  ])('is a file %s that tar unpacks into the folder, and that is restored', async (ending, expand) => {
    await using database = await sqliteMemory.create();
    const file = `${newFolder()}${ending}`;
    expect(await dump(schema, file)).toMatchObject({ folder: file, rows: 9000 });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const unpacked = newFolder();
    mkdirSync(unpacked);
    const input = expand(readFileSync(file));
    execFileSync('tar', ['-x', '-C', unpacked], { input });
    const listed = execFileSync('tar', ['-t'], { input, encoding: 'utf8' }).trim().split('\n');
    expect(listed.at(-1)).toBe('manifest.json');
    expect(listed).toContain(`tables/${LONG}.jsonl`);
    expect(filesOf(unpacked)).toEqual(filesOf(folder));
    const restored = await schemaOn(database, [zoo()]);
    expect(await restore(restored, file)).toMatchObject({ rows: 9000, drift: [] });
    await expect(dump(schema, file)).rejects.toMatchObject({ code: 'TARGET_INVALID', target: file });
  });

  test('goes through a stream, and is what another tar packs as well', async () => {
    for (const read of [
      async () => {
        const through = new PassThrough();
        const dumping = dump(schema, through, { compress: 'zstd' });
        const chunks = await through.toArray();
        expect(await dumping).toMatchObject({ folder: '-' });
        return Readable.from(chunks);
      },
      async () => Readable.from(execFileSync('tar', ['-cz', '-C', folder, '.'], { maxBuffer: 1e9 })),
    ]) {
      await using database = await sqliteMemory.create();
      const restored = await schemaOn(database, [zoo()]);
      await restore(restored, await read());
      const again = newFolder();
      await dump(restored, again);
      expect(filesOf(again)).toEqual(filesOf(folder));
    }
  });

  test('that nobody takes, or that a signal stops, leaves no file', async () => {
    const broken = new Writable({ write: (_, __, done) => done(new Error('the disk is full')) });
    await expect(dump(schema, broken)).rejects.toThrow('the disk is full');
    const [file, controller] = [`${newFolder()}.tar.gz`, new AbortController()];
    const stopped = dump(schema, file, { signal: controller.signal, onProgress: () => controller.abort() });
    await expect(stopped).rejects.toMatchObject({ code: 'UPGRADE_ABORTED' });
    expect(existsSync(file)).toBe(false);
    await expect(dump(schema, newFolder(), { compress: 'gzip' })).rejects.toMatchObject({ code: 'TARGET_INVALID' });
  });

  describe('is refused', () => {
    const refused = async (bytes: Buffer) => {
      const file = `${newFolder()}.tar`;
      writeFileSync(file, bytes);
      const restoring = restore(await schemaOn(target, [zoo()]), file);
      const error = await restoring.then(
        () => 'restored',
        (reason: unknown) => reason,
      );
      expect(await stateOf(target)).toEqual(empty);
      expect(error).toMatchObject({ code: 'DUMP_INVALID' });
      return error as { message: string; file: string | undefined };
    };
    const entry = (path: string, type: string, size = 0) => {
      const header = showHeader(path, size);
      header.write(type, 156);
      header.write('        ', 148);
      const sum = header.reduce((total, byte) => total + byte, 0);
      header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
      return Buffer.concat([header, Buffer.alloc(size), tar]);
    };

    test('cut off anywhere, in each of its forms', async () => {
      const { gzipSync, zstdCompressSync } = await import('node:zlib');
      const manifest = tar.indexOf('manifest.json');
      for (const end of [0, 100, 512, manifest, manifest + 512, manifest + 600, tar.length - 1024, tar.length - 512])
        expect((await refused(tar.subarray(0, end))).message).toMatch(/cut off/);
      for (const compressed of [gzipSync(tar), zstdCompressSync(tar)])
        for (const end of [20, compressed.length >> 1, compressed.length - 1])
          expect((await refused(compressed.subarray(0, end))).message).toMatch(/cut off/);
    });

    test.each([
      ['a hard link', entry.bind(undefined, 'tables/x.jsonl', '1'), 'a hard link'],
      ['a symbolic link', () => entry('tables/x.jsonl', '2'), 'a symbolic link'],
      ['a device', () => entry('tables/x.jsonl', '3'), 'a device'],
      ['a pipe', () => entry('tables/x.jsonl', '6'), 'a pipe'],
      ['a sparse file', () => entry('tables/x.jsonl', 'S'), 'a sparse file'],
      ['a path that leaves the folder', () => entry('tables/../../x.jsonl', '0'), 'is not part of a dump'],
      ['a path from the root', () => entry('/etc/passwd', '0'), 'is not part of a dump'],
      ['a folder elsewhere', () => entry('../elsewhere', '5'), 'an entry of the type "5"'],
      ['a file twice', () => entry('manifest.json', '0'), 'twice'],
      ['a file that is not in the manifest', () => entry('tables/x.jsonl', '0'), 'is not in the manifest'],
      ['more after its end', () => Buffer.concat([tar, Buffer.from('more')]), 'goes on after its end'],
      ['no tar at all', () => Buffer.alloc(2048, 'x'), 'not a tar file'],
      ['nothing but an end', () => Buffer.alloc(1024), 'is incomplete'],
    ])('with %s', async (_, make, message) => {
      expect((await refused(make())).message).toContain(message);
    });

    test('changed by one byte, in a header and in a row', async () => {
      for (const at of [3, tar.indexOf('animal 77') + 1]) {
        const copy = Buffer.from(tar);
        copy.writeUInt8(copy.readUInt8(at) ^ 1, at);
        expect((await refused(copy)).message).toMatch(/changed/);
      }
    });

    test('with a size below zero, as GNU tar may say one', async () => {
      const header = showHeader('tables/x.jsonl', 0);
      header.fill(0xff, 124, 136);
      header.write('        ', 148);
      header.write(
        `${header
          .reduce((total, byte) => total + byte, 0)
          .toString(8)
          .padStart(6, '0')}\0 `,
        148,
      );
      expect((await refused(Buffer.concat([header, tar]))).message).toContain('not a tar file');
    });

    test('once it unpacks to more than a dump does, or than the call allows', async () => {
      const { gzipSync, zstdCompressSync } = await import('node:zlib');
      const zeros = Buffer.concat([showHeader('tables/x.jsonl', 100 * 2 ** 20), Buffer.alloc(100 * 2 ** 20)]);
      const headers = Buffer.alloc(100 * 2 ** 20, entry('pax', 'x').subarray(0, 512));
      for (const bomb of [gzipSync(zeros), zstdCompressSync(headers)])
        expect((await refused(bomb)).message).toMatch(
          /unpacks to more than \d{8,9} bytes, 300 times its size\. Nothing was written\. .*`--max-unpacked-bytes <n>`/,
        );
      const file = `${newFolder()}.tar.gz`;
      writeFileSync(file, gzipSync(tar));
      await using database = await sqliteMemory.create();
      const restored = await schemaOn(database, [zoo()]);
      await expect(restore(restored, file, { maxUnpackedBytes: tar.length - 1 })).rejects.toMatchObject({
        code: 'DUMP_INVALID',
        message: expect.stringContaining(`more than ${tar.length - 1} bytes. Nothing`),
      });
      expect(await restore(restored, file, { maxUnpackedBytes: tar.length })).toMatchObject({ rows: 9000 });
    });

    test('before it is written, if the disk has no room for a file of it', async () => {
      const file = `${newFolder()}.tar`;
      writeFileSync(file, Buffer.concat([showHeader('tables/x.jsonl', 2 ** 52), tar]));
      await expect(restore(await schemaOn(target, [zoo()]), file)).rejects.toMatchObject({
        code: 'TARGET_INVALID',
        message: expect.stringMatching(/the disk has no room .* a file of 4503599627370496 bytes, .*TMPDIR/),
      });
    });

    test('links and holes as tar itself packs them', async () => {
      const place = newFolder();
      mkdirSync(join(place, 'tables'), { recursive: true });
      symlinkSync('/etc/passwd', join(place, 'tables', 'x.jsonl'));
      expect((await refused(execFileSync('tar', ['-c', '-C', place, '.']))).message).toContain('a symbolic link');
      const holes = join(dirname(place), 'holes');
      mkdirSync(join(holes, 'tables'), { recursive: true });
      execFileSync('truncate', ['-s', '1M', join(holes, 'tables', 'x.jsonl')]);
      for (const format of ['gnu', 'pax']) {
        const packed = execFileSync('tar', ['-c', '-S', `--format=${format}`, '-C', holes, '.']);
        expect((await refused(packed)).message).toContain('a sparse file');
      }
    });
  });
});
