import type { EntityDescription, PropertyDescription } from '../models/description.ts';
import { quoteName } from '../sql/quoting.ts';
import { placeOf } from './apply-renames.ts';
import { holderOf, outermost, pointsTo } from './property-shape.ts';
import { entityPath, propertyPath, type Choice, type Question } from './questions.ts';
import { canTakeThree } from './rename-over-three.ts';
import { candidatesOf, entityResemblance, propertyResemblance, type Candidate } from './resemblance.ts';
import type { EntityChange, StorageChanges } from './storage-changes.ts';

/** Questions about possible renames. */
interface RenameQuestions<T> {
  readonly questions: readonly Question[];
  /** Possible new names. No other question is asked about these before the rename is answered. */
  readonly open: ReadonlySet<T>;
}

/**
 * Asks about removed entities that resemble a new one.
 *
 * @param hasDropped tells whether an answer says that the entity is dropped
 */
export function entityRenameQuestions(
  { created, dropped }: StorageChanges,
  hasDropped: (entity: EntityDescription) => boolean,
): RenameQuestions<string> {
  const asked = dropped
    .filter(entity => entity.view === undefined && !hasDropped(entity))
    .map(entity => ({ entity, candidates: candidatesOf(created, now => entityResemblance(entity, now)) }))
    .filter(({ candidates }) => candidates.length > 0);
  return {
    questions: asked.map(({ entity, candidates }) => entityQuestion(entity, candidates)),
    open: new Set(asked.flatMap(({ entity, candidates }) => [entity.name, ...candidates.map(({ now }) => now.name)])),
  };
}

/** Known facts about the properties of an altered entity. */
interface KnownNames {
  /** Entities that may have another name. Relations to them are not compared yet. */
  readonly maybeRenamed: ReadonlySet<string>;
  /** Returns the new name of an entity by its old name. */
  entityNow(name: string): string;
  /** Tells whether an answer says that a property is dropped. */
  hasDropped(property: PropertyDescription): boolean;
  /** Tells whether a new property is the new name of another one, over three versions. */
  isNewName(property: PropertyDescription): boolean;
}

/** Asks about removed properties that resemble a new one. */
export function propertyRenameQuestions(change: EntityChange, known: KnownNames): RenameQuestions<PropertyDescription> {
  const added = outermost(change.properties.added).filter(property => !known.isNewName(property));
  const open = new Set<PropertyDescription>();
  const gone = outermost(change.properties.dropped).filter(property => !known.hasDropped(property));
  const questions = gone.flatMap((old): Question[] => {
    const candidates = candidatesOf(
      added.filter(now => holderOf(now.name) === holderOf(old.name)),
      now => propertyResemblance(old, now, name => known.entityNow(name)),
    );
    for (const { now } of candidates) open.add(now);
    return candidates.length > 0 && !pointsTo(old, known.maybeRenamed) ? [renameQuestion(change, old, candidates)] : [];
  });
  return { questions, open };
}

/**
 * Asks about removed properties whose values may now belong to another entity of the same table, because they resemble a new
 * property of it.
 *
 * @param isSettled tells whether a property, or the value of its rows, is already answered
 */
export function handOverQuestions(
  change: EntityChange,
  { altered, shared }: StorageChanges,
  isSettled: (entity: EntityDescription, property: PropertyDescription) => boolean,
): Question[] {
  const { before, after, properties } = change;
  const neighbours = altered.filter(other => other !== change && placeOf(other.after) === placeOf(after));
  const isColumn = (property: PropertyDescription) => property.columns?.length === 1 && !shared.has(property);
  return properties.dropped
    .filter(old => isColumn(old) && !isSettled(before, old))
    .flatMap((old): Question[] => {
      const found = neighbours.flatMap(({ after: entity, properties: { added } }) =>
        candidatesOf(added.filter(isColumn), now => propertyResemblance(old, now, name => name)).map(candidate => ({
          ...candidate,
          entity,
        })),
      );
      if (found.length === 0 || found.some(({ entity, now }) => isSettled(entity, now))) return [];
      return [handOverQuestion(propertyPath(before.name, old.name), `${before.name}.${old.name}`, old, found)];
    });
}

function handOverQuestion(
  path: string,
  name: string,
  { columns: [column = ''] = [] }: PropertyDescription,
  found: readonly (Candidate<PropertyDescription> & { readonly entity: EntityDescription })[],
): Question {
  return {
    kind: 'renamed or dropped',
    path,
    text: `${name} was removed. What happened to it?`,
    choices: [
      ...found.map(({ entity, now, reason }): Choice => ({
        label: `its values are copied to ${entity.name}.${now.name}`,
        reason,
        answer: { kind: 'fill', path: propertyPath(entity.name, now.name), fill: { sql: quoteName(column) } },
      })),
      { label: 'dropped, with its values', answer: { kind: 'dropped', path } },
    ],
  };
}

function entityQuestion(entity: EntityDescription, candidates: readonly Candidate<EntityDescription>[]): Question {
  const path = entityPath(entity.name);
  return {
    kind: 'renamed or dropped',
    path,
    text: `${entity.name} was removed. What happened to it?`,
    choices: [
      ...candidates.map(({ now, reason }): Choice => ({
        label: `renamed to ${now.name} at once: releases before this one must stop`,
        reason,
        answer: { kind: 'renamed', path, to: entityPath(now.name) },
      })),
      { label: 'dropped, with its rows', answer: { kind: 'dropped', path } },
    ],
  };
}

function renameQuestion(
  change: EntityChange,
  old: PropertyDescription,
  candidates: readonly Candidate<PropertyDescription>[],
): Question {
  const path = propertyPath(change.before.name, old.name);
  // The other side of such a relation is in the same entity, and looks like a rename.
  const side = old.pivot && old.target === change.before.name ? ', and still the same side of the relation' : '';
  return {
    kind: 'renamed or dropped',
    path,
    text: `${change.before.name}.${old.name} was removed. What happened to it?`,
    choices: [
      ...candidates.flatMap(({ now, reason }): Choice[] => [
        {
          label: `renamed to ${now.name} at once${side}: releases before this one must stop`,
          reason,
          answer: { kind: 'renamed', path, to: now.name },
        },
        ...(canTakeThree(change, old, now)
          ? [
              {
                label: `renamed to ${now.name} over three versions: no release has to stop`,
                reason,
                answer: { kind: 'renamed', path, to: now.name, overThree: true },
              } as const,
            ]
          : []),
      ]),
      { label: 'dropped, with its values', answer: { kind: 'dropped', path } },
    ],
  };
}
