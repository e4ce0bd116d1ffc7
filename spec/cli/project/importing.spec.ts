import { expect, test } from '@jest/globals';
import { Entity, PrimaryKey } from '@mikro-orm/decorators/legacy';
import { MikroORM } from '@mikro-orm/sqlite';
import { importing } from '../../../lib/cli/project/project-orm.ts';

test('an entity without types of its properties is refused with both ways to give them', async () => {
  class Cat {
    id!: number;
  }
  // What a loader without emitDecoratorMetadata makes of it.
  PrimaryKey()(Cat.prototype, 'id');
  Entity()(Cat);
  const opened = importing('An entity', () => MikroORM.init({ entities: [Cat], dbName: ':memory:' }));
  await expect(opened).rejects.toThrow(
    /^An entity cannot be imported\. Please provide either 'type'[^]*\nWrite the type in the decorator[^]*ReflectMetadataProvider[^]*npm install --save-dev @swc-node\/register @swc\/core/,
  );
});
