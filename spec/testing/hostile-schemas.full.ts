import { expect, test } from '@jest/globals';
import { PostgreSqlDriver } from '@mikro-orm/postgresql';
import { proveSchema } from '../../lib/testing/index.ts';
import { findingsOf } from '../support/findings.ts';
import { hostile } from './hostile-entities.ts';
import { madeSchema } from './made-schema.ts';

/*
 * Entities of all shapes keep every law: their rows are made, carried over a step and back, dumped and restored.
 */

/** Those that the step alters: a child in one table with others is altered with its parent. */
const ALTERED = [
  'Animal',
  'Vehicle',
  'Car',
  'Racer',
  'Item',
  'Complaint',
  'Node',
  'Egg',
  'Person',
  'Long',
  'Bill',
  'Elsewhere',
];

function hostileSchema(namespaces: boolean) {
  return madeSchema({
    versions: [() => hostile(1, { namespaces }), () => hostile(2, { namespaces })],
    steps: { 2: { lossy: 'drops what is new' } },
    methods: {
      async upgradeTo_2(step) {
        for (const name of ALTERED) await step.alterStorage(step.before[name], step.after[name]);
      },
      async downgradeTo_1(step) {
        for (const name of ALTERED) await step.alterStorage(step.before[name], step.after[name]);
      },
    },
  });
}

test('on SQLite', async () => {
  const { SchemaClass, entities } = hostileSchema(false);
  const checks = await proveSchema(SchemaClass, { databases: [{ entities: entities() as never }] });
  expect(await findingsOf(checks)).toEqual([]);
});

test('on PostgreSQL, in two namespaces', async () => {
  const { SchemaClass, entities } = hostileSchema(true);
  const clientUrl = new URL('/postgres', process.env['DEJAVU_PG_URL']).href;
  const options = { entities: entities() as never, driver: PostgreSqlDriver as never, clientUrl };
  const checks = await proveSchema(SchemaClass, { databases: [options], rows: 8 });
  // Law 9 cuts each statement off, and this step has hundreds: planted faults show that law on a server.
  expect(await findingsOf(checks.filter(({ law }) => law !== 9))).toEqual([]);
});
