import { AnswerError } from '../errors.ts';
import type { EntityDescription, PropertyDescription } from '../models/description.ts';
import type { EntityChange } from './storage-changes.ts';
import { flagFor, type Answer } from './questions.ts';

/**
 * Finds the altered entity that an answer names, and the name of the property in it.
 *
 * @throws {@link AnswerError} if that entity did not change
 */
export function findChange<T extends Pick<EntityChange, 'before' | 'after'>>(
  altered: readonly T[],
  answer: Answer,
  nameOf: (change: T) => string,
) {
  const [entity = '', ...rest] = answer.path.split('.');
  const named = (name: (change: T) => string) =>
    namedIn(
      altered.map(change => ({ name: name(change), change })),
      entity,
    )?.change;
  const change = named(nameOf) ?? named(({ before }) => before.name) ?? named(({ after }) => after.name);
  if (!change) {
    const known = altered.map(nameOf);
    throw wrong(
      answer,
      `the entity '${entity}' did not change`,
      known.length > 0 ? `Changed entities: ${known.join(', ')}` : 'No entity changed',
    );
  }
  return { change, name: rest.join('.') };
}

/** Finds an item by its exact name, or by its name in other letter case. */
export function namedIn<T extends { readonly name: string }>(items: readonly T[], name: string): T | undefined {
  const alike = items.filter(item => item.name.toLowerCase() === name.toLowerCase());
  return items.find(item => item.name === name) ?? (alike.length === 1 ? alike[0] : undefined);
}

/** Lists the removed items, for an answer that names another one. */
export function gone(items: readonly (EntityDescription | PropertyDescription)[]): string {
  return items.length > 0 ? `Removed: ${items.map(({ name }) => name).join(', ')}` : 'Nothing was removed';
}

/** Lists the new items, for an answer that names another one. */
export function fresh(items: readonly (EntityDescription | PropertyDescription)[]): string {
  return items.length > 0 ? `New: ${items.map(({ name }) => name).join(', ')}` : 'Nothing is new';
}

/** Makes the error for an answer that fits no question. */
export function wrong(answer: Answer, what: string, next: string): AnswerError {
  const flag = flagFor(answer);
  return new AnswerError(`${flag}: ${what}. ${next}.`, { answer: flag });
}
