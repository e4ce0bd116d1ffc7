/*
 * An application that began on a SQLite file moves to PostgreSQL, with the same Schema: every value is looked at before the
 * first is written, and the rows are read back and compared.
 *
 * PGlite, which is PostgreSQL inside this process, stands for your server.
 *
 *   node examples/12-from-sqlite-to-postgresql.ts
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PgliteDriver } from '@mikro-orm/pglite'; // yours: PostgreSqlDriver of '@mikro-orm/postgresql'
import { MikroORM } from '@mikro-orm/sqlite';
import { dump, move } from '../lib/dump/index.ts'; // yours: 'mikro-orm-dejavu/dump'
import { isSchemaError } from '../lib/index.ts'; // yours: 'mikro-orm-dejavu'
import { FirstZooSchema } from './zoo/schema.ts';
import { Animal } from './zoo/versions/1.ts';

const folder = mkdtempSync(join(tmpdir(), 'dejavu-move-'));
const orm = await MikroORM.init({ entities: [Animal], dbName: join(folder, 'zoo.db') });
const zoo = new FirstZooSchema(orm);
await zoo.upgrade();
const em = orm.em.fork();
em.create(Animal, { name: 'Leo', species: 'lion', keeperName: 'Joan' });
em.create(Animal, { name: 'Pingu', species: 'penguin', keeperName: 'Joan' });
await em.flush();
// SQLite keeps what PostgreSQL has no room for.
await orm.em.execute(`update animal set name = name || char(0) where species = 'penguin'`);

// No entities: two ORMs cannot share them, and the frozen versions are enough.
const options = { entities: [], discovery: { warnWhenNoEntities: false } };
const server = await MikroORM.init<PgliteDriver>({ ...options, driver: PgliteDriver, dbName: join(folder, 'pglite') });
try {
  await move(zoo, server);
} catch (error) {
  if (!isSchemaError(error) || error.code !== 'RESTORE_REFUSED') throw error;
  const { misfits } = error as typeof error & {
    misfits: { table: string; column: string; key: string; why: string }[];
  };
  for (const { table, column, key, why } of misfits) console.log(`Refused: ${table}.${column} of ${key}, ${why}.`);
}

await orm.em.fork().nativeUpdate(Animal, { species: 'penguin' }, { name: 'Pingu' });
const { rows, version, isGuarded } = await move(zoo, server);
console.log(`Moved ${rows} rows at version ${version}, ${isGuarded ? 'with nobody else writing' : 'unguarded'}.`);

const moved = new FirstZooSchema(server);
console.log(`There: ${(await moved.status()).standing}.`);
const [here, there] = [await dump(zoo, join(folder, 'here')), await dump(moved, join(folder, 'there'))];
console.log(`Both dumps have ${here.tables[0]?.bytes} and ${there.tables[0]?.bytes} bytes.`);

await orm.close();
await server.close();
rmSync(folder, { recursive: true });
