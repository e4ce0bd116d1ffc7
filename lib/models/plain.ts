import { EntitySchema, MetadataStorage } from '@mikro-orm/core';
import { SchemaDefinitionError } from '../errors.ts';
import type { ModuleName } from './types.ts';

/**
 * Refuses an entity that brings code of the application into a frozen version: the code would go on changing, the
 * version may not. What a property computes for itself (`onCreate`, `onUpdate`) stays, as it is written in the version.
 *
 * @throws SchemaDefinitionError naming the entity, the reason and what to write instead.
 */
export function assertPlain(value: unknown, of: ModuleName): void {
  if (typeof value === 'function' && Object.hasOwn(value, MetadataStorage.PATH_SYMBOL)) {
    throw refused(value.name, of, 'is a class with decorators', plain);
  }
  if (!EntitySchema.is(value)) return;
  const { className, hooks, filters } = value.meta;
  if (!isPlainClass(value.meta.class)) {
    throw refused(className, of, 'has a class of its own', plain);
  }
  const hooked = Object.keys(hooks).filter(hook => Reflect.get(hooks, hook)?.length > 0);
  if (hooked.length > 0) {
    throw refused(className, of, `has hooks (${hooked.join(', ')})`, 'do what they did in the step');
  }
  if (value.meta.repository !== undefined)
    throw refused(className, of, 'has a repository', "leave it out and use the step's em");
  const filtered = Object.keys(filters);
  if (filtered.length > 0) {
    throw refused(className, of, `has filters (${filtered.join(', ')})`, 'leave them out: a step sees every row');
  }
}

const plain = 'write it with defineEntity({ name, properties })';

function refused(entity: string, { name, guid }: ModuleName, reason: string, next: string): SchemaDefinitionError {
  return new SchemaDefinitionError(
    `${entity} in ${name} ${reason}, and code goes on changing where a version may not: ${next}`,
    { guid },
  );
}

/** Tells whether a class and all it extends have nothing in their bodies, as the ones that `defineEntity` makes up. */
function isPlainClass(type: unknown): boolean {
  for (let base = type; typeof base === 'function' && base !== Function.prototype; base = Object.getPrototypeOf(base)) {
    if (!/^class\b[^{]*\{\s*\}$/.test(Function.prototype.toString.call(base))) return false;
  }
  return true;
}
