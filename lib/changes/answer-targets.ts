import { AnswerError } from '../errors.ts';
import type { EntityDescription, PropertyDescription } from '../models/description.ts';
import type { EntityChange } from './storage-changes.ts';
import { flagFor, type Answer } from './questions.ts';

/**
 * The altered entity an answer names, and the property in it.
 *
 * @throws {@link AnswerError} if nothing of it changed.
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
      `names ${entity}, of which nothing changed`,
      known.length > 0 ? `changed are ${known.join(', ')}` : 'nothing changed',
    );
  }
  return { change, name: rest.join('.') };
}

/** By its very name, or however it is capitalized. */
export function namedIn<T extends { readonly name: string }>(items: readonly T[], name: string): T | undefined {
  const alike = items.filter(item => item.name.toLowerCase() === name.toLowerCase());
  return items.find(item => item.name === name) ?? (alike.length === 1 ? alike[0] : undefined);
}

/** What else is gone, for those who named something that is not. */
export function gone(items: readonly (EntityDescription | PropertyDescription)[]): string {
  return items.length > 0 ? `gone are ${items.map(({ name }) => name).join(', ')}` : 'nothing is';
}

/** What else is new, for those who named something that is not. */
export function fresh(items: readonly (EntityDescription | PropertyDescription)[]): string {
  return items.length > 0 ? `new are ${items.map(({ name }) => name).join(', ')}` : 'nothing is';
}

/** @returns what to throw for an answer to nothing that was asked. */
export function wrong(answer: Answer, what: string, next: string): AnswerError {
  const flag = flagFor(answer);
  return new AnswerError(`${flag} ${what}: ${next}`, { answer: flag });
}
