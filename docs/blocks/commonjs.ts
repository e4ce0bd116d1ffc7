/*
 * Stands around a fragment of CommonJS: `require` as such a file has it, and an ORM.
 */
import { createRequire } from 'node:module';
import { defineEntity, MikroORM, p } from '@mikro-orm/sqlite';

const require = createRequire(import.meta.url);
const Animal = defineEntity({ name: 'Animal', properties: { id: p.integer().primary(), name: p.string() } });
const orm = await MikroORM.init({ entities: [Animal], dbName: ':memory:' });

// the block

await orm.close();
