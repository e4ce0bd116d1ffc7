import type { Versions } from '../../../lib/index.ts';
import { bindModule } from '../../../lib/models/bind-module.ts';
import { fingerprint } from '../../../lib/models/fingerprint.ts';
import { describeModule } from '../../../lib/models/frozen-models.ts';
import { sqliteMemory, type TestDatabase } from '../../support/databases.ts';
import { schemaClass, type Members } from '../../support/schemas.ts';

/** Freezes entities as the versions 1, 2 and so on. */
export async function freeze(...modules: object[]): Promise<Versions> {
  await using database = await sqliteMemory.create();
  const orm = await database.orm([]);
  return Object.fromEntries(
    modules.map((module, index) => {
      const described = describeModule(orm, module, { name: `version ${index + 1}` });
      return [index + 1, { fingerprint: fingerprint(described), load: async () => module }];
    }),
  );
}

/** A Schema on the entities of a module, and its ORM. */
export async function release(database: TestDatabase, module: object, members: Members) {
  const orm = await database.orm([...bindModule({ ...module }, { name: 'the release' }).all]);
  return { orm, zoo: new (schemaClass(members))(orm) };
}
