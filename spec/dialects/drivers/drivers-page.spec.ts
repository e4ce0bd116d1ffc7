import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { UNSUPPORTED } from '../../../lib/dialects/drivers/unsupported.ts';
import { SQLITE_RUNNERS } from '../../support/drivers.ts';
import { FOREIGN_DRIVERS } from '../../support/foreign-drivers.ts';

const page = readFileSync(join(import.meta.dirname, '../../../docs/drivers.md'), 'utf8');

/** The rows of the table under a heading, without its head. */
function rowsUnder(heading: string): string[][] {
  const [, section = ''] = page.split(`\n## ${heading}\n`);
  const [text = ''] = section.split('\n## ');
  const lines = text.split('\n').filter(line => line.startsWith('|'));
  return lines.slice(2).map(line =>
    line
      .split('|')
      .slice(1, -1)
      .map(cell => cell.trim()),
  );
}

const RUNTIMES = { node: 'Node.js', bun: 'Bun' };

test('the page lists the drivers that are raced, and no others', () => {
  const onSqlite = SQLITE_RUNNERS.map(({ client, runtime }) => `${client} on ${RUNTIMES[runtime]}`);
  // Raced in spec/exactly-once/postgresql.spec.ts and spec/exactly-once/pglite.full.ts.
  const onPostgresql = ['pg on Node.js', 'PGlite on Node.js'];
  const listed = rowsUnder('Supported').map(([driver, runtime]) => `${driver} on ${runtime}`);
  expect(listed.toSorted()).toEqual([...onSqlite, ...onPostgresql].toSorted());
});

test('every driver that is not supported is tried: by its packages, or by a server that says it is one', () => {
  const bySaying = readFileSync(join(import.meta.dirname, '../postgresql/identity.full.ts'), 'utf8');
  const said = Object.keys(UNSUPPORTED).filter(name => bySaying.includes(`'${name}'`));
  expect([...Object.keys(FOREIGN_DRIVERS), ...said].toSorted()).toEqual(Object.keys(UNSUPPORTED).toSorted());
});
