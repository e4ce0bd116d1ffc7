/*
 * A dump holds rows together with their version. It is restored into an empty database by that version's entities, and the
 * steps bring it to the release of today: an upgrade by dump and restore. The double dump test proves that both ways, the
 * long one and the upgrade in place, lead to the same rows.
 *
 *   node examples/11-dump-and-restore.ts
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MikroORM } from '@mikro-orm/sqlite';
import { doubleDump, dump, restore } from '../lib/dump/index.ts'; // yours: 'mikro-orm-dejavu/dump'
import type { Step } from '../lib/index.ts'; // yours: 'mikro-orm-dejavu'
import { FirstZooSchema, ZooSchema } from './zoo/schema.ts';
import * as v1 from './zoo/versions/1.ts';
import type { V1 } from './zoo/versions/index.ts';
import * as v3 from './zoo/versions/3.ts';

const folder = mkdtempSync(join(tmpdir(), 'dejavu-dump-'));

const firstOrm = await MikroORM.init({ entities: [v1.Animal], dbName: join(folder, 'first.db') });
const first = new FirstZooSchema(firstOrm);
await first.upgrade();
const em = firstOrm.em.fork();
em.create(v1.Animal, { name: 'Leo', species: 'lion', keeperName: 'Joan' });
em.create(v1.Animal, { name: 'Pingu', species: 'penguin', keeperName: 'Joan' });
await em.flush();

const { rows, version } = await dump(first, join(folder, 'dump'));
console.log(`Dumped ${rows} rows at version ${version}:`);
console.log(readFileSync(join(folder, 'dump', 'tables', 'animal.jsonl'), 'utf8').trimEnd());
await firstOrm.close();

/** What happens to rows of a dump, before any step, is said by the entities of its version. */
class CopiedZooSchema extends ZooSchema {
  override async onRestore(step: Step<V1, V1>) {
    const { Animal, em: rowsOfDump } = step.after;
    await rowsOfDump.nativeUpdate(Animal, { keeperName: 'Joan' }, { keeperName: 'Joan of the zoo' });
  }
}
const orm = await MikroORM.init({ entities: [v3.Animal, v3.Keeper], dbName: join(folder, 'copy.db') });
const zoo = new CopiedZooSchema(orm);
const restored = await restore(zoo, join(folder, 'dump'));
console.log(`Restored at version ${restored.from}, and upgraded to ${restored.to}:`);
for (const animal of await orm.em.fork().find(v3.Animal, {}, { populate: ['keeper'] }))
  console.log(`  ${animal.name} is kept by ${animal.keeper?.name}`);

const { checks, isEqual } = await doubleDump(zoo, { dumps: join(folder, 'dump') });
for (const { check, version: from, differences } of checks)
  console.log(`  ${check} at version ${from}: ${differences.length} differences`);
console.log(isEqual ? 'Both ways lead to the same rows.' : 'The ways differ.');
await orm.close();

rmSync(folder, { recursive: true });
