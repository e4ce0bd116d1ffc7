import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { MikroORM, type EntitySchema } from '@mikro-orm/core';
import { fs } from '@mikro-orm/core/fs-utils';
import { describeEntities } from '../../../models/describe-entities.ts';
import type { StorageDescription } from '../../../models/description.ts';
import { inheritedOptions } from '../../../models/inherited-options.ts';
import { differences } from '../../../models/show-differences.ts';
import { ImportError } from '../../exit-codes.ts';
import { importing } from '../../project/project-orm.ts';

/**
 * Imports written entities, and checks that they are those that were compared with the database.
 *
 * @throws {@link ImportError} if they are not
 */
export async function assertSameEntities(orm: MikroORM, index: string, wanted: StorageDescription): Promise<void> {
  const module = await importing('A new entity', () =>
    fs.dynamicImport<{ readonly entities: readonly EntitySchema[] }>(resolve(index)),
  );
  const written = new MikroORM({
    ...inheritedOptions(orm.config),
    entities: [...module.entities],
    contextName: `written entities ${randomUUID()}`,
  } as never);
  const [found] = differences(describeEntities(written), wanted, ['the new files', 'the tables']);
  if (found === undefined) return;
  throw new ImportError(
    `The entities that init would write differ from the tables: ${found}. Nothing was written. Report this as a bug, please.`,
  );
}
