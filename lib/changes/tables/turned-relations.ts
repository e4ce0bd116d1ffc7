import type { EntityDescription, PropertyDescription } from '../../models/description.ts';
import { pointsTo } from '../property-shape.ts';
import { propertyPath, type Choice, type Question } from '../questions.ts';
import type { EntityChange, StorageChanges } from '../storage-changes.ts';

/** A relation of the other side that may replace a removed one. */
interface TurnedRelation {
  readonly entity: EntityDescription;
  readonly now: PropertyDescription;
}

/**
 * Finds the new many-to-many relations that join the same entities as a removed one, from the other side. MikroORM names the
 * table after the side that owns it, so the table gets another name with another owner.
 */
export function turnedRelations(
  { altered }: StorageChanges,
  { before, after }: Pick<EntityChange, 'before' | 'after'>,
  { pivot, target }: PropertyDescription,
): TurnedRelation[] {
  if (!pivot || pivot.entity !== undefined) return [];
  return altered
    .filter(other => other.before.name === target && other.before !== before)
    .flatMap(other =>
      other.properties.added
        .filter(now => now.pivot && now.pivot.entity === undefined && now.pivot.order === pivot.order)
        .filter(now => now.target === after.name)
        .map(now => ({ entity: other.after, now })),
    );
}

/**
 * Asks about removed many-to-many relations that the other side may own now.
 *
 * @param hasDropped tells whether an answer drops a property
 * @param maybeRenamed entities that may have another name: relations to them are not compared yet
 */
export function turnedQuestions(
  change: EntityChange,
  changes: StorageChanges,
  {
    hasDropped,
    maybeRenamed,
  }: { hasDropped: (old: PropertyDescription) => boolean; maybeRenamed: ReadonlySet<string> },
): Question[] {
  const { before, after, properties } = change;
  return properties.dropped
    .filter(old => !hasDropped(old) && !pointsTo(old, maybeRenamed))
    .flatMap((old): Question[] => {
      const found = turnedRelations(changes, change, old);
      const path = propertyPath(before.name, old.name);
      if (found.length === 0) return [];
      return [
        {
          kind: 'renamed or dropped',
          path,
          text: `${before.name}.${old.name} was removed. What happened to it?`,
          choices: [
            ...found.map(({ entity, now }): Choice => ({
              label: `${entity.name}.${now.name} is the same relation, owned by the other side: releases before this one must stop`,
              reason: `both join ${after.name} and ${entity.name}`,
              answer: { kind: 'renamed', path, to: propertyPath(entity.name, now.name) },
            })),
            { label: 'dropped, with its rows', answer: { kind: 'dropped', path } },
          ],
        },
      ];
    });
}

/** Joins questions about the same property. The last choice stays the one that drops it. */
export function joinQuestions(questions: readonly Question[]): Question[] {
  const byPath = new Map<string, Question>();
  for (const question of questions) {
    const choices = byPath.get(question.path)?.choices.slice(0, -1) ?? [];
    byPath.set(question.path, { ...question, choices: [...choices, ...question.choices] });
  }
  return [...byPath.values()];
}
