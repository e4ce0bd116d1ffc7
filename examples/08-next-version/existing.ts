/* The application as it was before it had a Schema: MikroORM made the tables, and nobody wrote down their version. */
import { MikroORM } from '@mikro-orm/sqlite';
import { Animal } from './entities.ts';
import config from './mikro-orm.config.ts';

const orm = await MikroORM.init(config);
await orm.schema.create();
await orm.em.fork().insert(Animal, { name: 'Leo', species: 'lion' });
await orm.close();
