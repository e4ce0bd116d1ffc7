import { expect, test } from '@jest/globals';
import { keyOfCopies, oncePerProcess } from '../lib/one-copy.ts';
import { openSchema } from '../lib/open-schema.ts';
import { isSchemaClass, Schema } from '../lib/schema.ts';
import { DatabaseUnavailableError, isSchemaError, OperationError, SchemaError } from '../lib/errors.ts';
import { sqliteMemory } from './support/databases.ts';

test('what is made once is the same wherever it is asked for, and is known to these files alone', () => {
  const made = oncePerProcess('spec', () => ({}));
  expect(oncePerProcess('spec', () => ({}))).toBe(made);
  expect(keyOfCopies('spec').description).toMatch(/^mikro-orm-dejavu spec file:.*one-copy\.ts$/);
  Reflect.deleteProperty(globalThis, keyOfCopies('spec'));
});

test('an error of another copy of these files is an instance of its class, and of no other', () => {
  class Copied extends Error {
    override readonly name = 'DatabaseUnavailableError';
  }
  Object.defineProperty(Copied, 'name', { value: 'DatabaseUnavailableError' });
  const brands = { [Symbol.for('mikro-orm-dejavu.SchemaError')]: true };
  const copied = Object.assign(new Copied('gone'), brands, { [keyOfCopies('SchemaError')]: true });
  expect(isSchemaError(copied)).toBe(true);
  expect(copied instanceof DatabaseUnavailableError).toBe(true);
  expect(copied instanceof OperationError).toBe(false);
  // of another installation, whose class may be another one by that name
  const foreign: unknown = Object.assign(new Copied('gone'), brands);
  expect(foreign instanceof DatabaseUnavailableError).toBe(false);
  expect(new DatabaseUnavailableError('gone') instanceof SchemaError).toBe(true);
});

test('a Schema is opened by the copy that its class is of', async () => {
  await using database = await sqliteMemory.create();
  class Zoo extends Schema {
    readonly guid = 'zoo';
    readonly latest = 1;
  }
  expect([Zoo, Schema, Map, undefined].map(isSchemaClass)).toEqual([true, false, false, false]);
  const zoo = new Zoo(await database.orm([]));
  expect(openSchema(zoo).definition.guid).toBe('zoo');
  Object.defineProperty(Zoo, keyOfCopies('open'), { value: (schema: Schema) => ({ opened: schema }) });
  expect(openSchema(zoo)).toEqual({ opened: zoo });
});
