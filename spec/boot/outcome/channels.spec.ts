import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { expect, test } from '@jest/globals';
import { defineEntity, p } from '@mikro-orm/core';
import type { Step } from '../../../lib/index.ts';
import { sqliteMemory } from '../../support/databases.ts';
import { schemaClass } from '../../support/schemas.ts';

test('what a call does is published on diagnostics channels, until nothing listens any more', async () => {
  await using database = await sqliteMemory.create();
  const entities = () => ({ Animal: defineEntity({ name: 'Animal', properties: { id: p.integer().primary() } }) });
  const heard: string[] = [];
  const names = ['step', 'progress', 'installing', 'failed'].map(name => `mikro-orm-dejavu:${name}`);
  const listen = (message: unknown, name: string | symbol) => {
    const { guid, type, method, error } = message as Record<string, string> & { error?: { code: string } };
    heard.push([String(name), guid, type, method, error?.code].filter(Boolean).join(' '));
  };
  for (const name of names) subscribe(name, listen);
  try {
    await new (schemaClass())(await database.orm(entities())).upgrade();
    const steps = {
      upgradeTo_2: (step: Step) => step.progress(1, 2),
      upgradeTo_3: (step: Step) => step.execute('select oops'),
    };
    const failing = new (schemaClass({ latest: 3, ...steps }))(await database.orm(entities()));
    await expect(failing.upgrade()).rejects.toMatchObject({ code: 'STEP_FAILED' });
  } finally {
    for (const name of names) unsubscribe(name, listen);
  }
  await new (schemaClass({ latest: 2, upgradeTo_2: () => {} }))(await database.orm(entities())).upgrade();
  expect(heard).toEqual([
    'mikro-orm-dejavu:installing zoo installing',
    'mikro-orm-dejavu:step zoo started upgradeTo_2',
    'mikro-orm-dejavu:progress zoo progress',
    'mikro-orm-dejavu:step zoo finished upgradeTo_2',
    'mikro-orm-dejavu:step zoo started upgradeTo_3',
    'mikro-orm-dejavu:failed zoo STEP_FAILED',
  ]);
});
