import { expect, test } from '@jest/globals';
import { defineEntity, p } from '@mikro-orm/core';
import type { Step } from '../../lib/index.ts';
import { bindModule } from '../../lib/models/bind-module.ts';
import { sqliteMemory } from '../support/databases.ts';
import { schemaClass } from '../support/schemas.ts';

const named = (name: string) =>
  defineEntity({ name, properties: { id: p.integer().primary(), name: p.string(), legs: p.integer().nullable() } });
const frozen = (module: object) => ({ fingerprint: 'test:0', load: async () => module });

const operations: Readonly<Record<string, (step: Step, entity: ReturnType<typeof named>) => Promise<unknown>>> = {
  createStorage: (step, entity) => step.createStorage(entity),
  dropStorage: (step, entity) => step.dropStorage(entity),
  hasStorage: (step, entity) => step.hasStorage(entity),
  addProperty: (step, entity) => step.addProperty(entity, 'legs'),
  dropProperty: (step, entity) => step.dropProperty(entity, 'legs'),
  alterProperty: (step, entity) => step.alterProperty(entity, 'legs'),
  addIndex: (step, entity) => step.addIndex(entity, ['legs']),
  addCheck: (step, entity) => step.addCheck(entity, 'legs'),
  each: (step, entity) => step.each(entity, () => undefined),
  fill: (step, entity) => step.fill(entity, 'legs', 4),
};

test('an entity that neither the ORM nor a frozen version knows is told by its name', async () => {
  await using database = await sqliteMemory.create();
  const versions = { 1: frozen({ Animal: named('Animal') }), 2: frozen({ Animal: named('Animal') }) };
  const animals = () => [...bindModule({ Animal: named('Animal') }, { name: 'live' }).all];
  await new (schemaClass())(await database.orm(animals())).upgrade();
  let body: (step: Step) => Promise<unknown> = async () => undefined;
  const members = { latest: 2, upgradeTo_2: (step: Step) => body(step) };
  const strangers = { Exhibit: named('Exhibit'), 'an Animal of another module': named('Animal') };
  const zoos = [
    [new (schemaClass({ ...members, versions }))(await database.orm(animals())), ' or of the frozen versions 1 and 2'],
    [new (schemaClass(members))(await database.orm(animals())), ''],
  ] as const;
  for (const [zoo, also] of zoos) {
    for (const [verb, call] of Object.entries(operations)) {
      body = step => call(step, undefined as never);
      const error: unknown = await zoo.upgrade().catch((reason: unknown) => reason);
      const message = `zoo: undefined is not an entity of this ORM${also}. Pass an entity of the ORM.`;
      expect([verb, error]).toMatchObject([verb, { cause: { code: 'OPERATION_REFUSED', message } }]);
    }
    for (const entity of Object.values(strangers)) {
      const { className: name } = entity.meta;
      const pass =
        also === '' ? 'an entity of the ORM' : `step.before.${name}, step.after.${name} or an entity of the ORM`;
      for (const [verb, call] of Object.entries(operations)) {
        body = step => call(step, entity);
        const error: unknown = await zoo.upgrade().catch((reason: unknown) => reason);
        const { code, message } = (error as { cause: { code: string; message: string } }).cause;
        expect({ verb, code, message }).toEqual({
          verb,
          code: 'OPERATION_REFUSED',
          message: `zoo: ${name} is not an entity of this ORM${also}. Pass ${pass}.`,
        });
      }
    }
  }
});
