import type { EntityDescription, PropertyDescription } from '../models/description.ts';
import { flagFor, shellWord, type Answer } from './parse-answers.ts';
import type { Changes, EntityChange } from './storage-changes.ts';
import { valueHint } from './fill-value.ts';
import { canTakeThree } from './rename-over-three.ts';
import { candidatesOf, entityResemblance, propertyResemblance, type Candidate } from './resemblance.ts';
import { holderOf, isReplaced, needsValue, outermost } from './property-shape.ts';

/** Something that two versions do not tell and a step has to know. */
export interface Question {
  readonly kind: 'renamed or dropped' | 'fill';
  /** What it is about: `animal.species`. */
  readonly path: string;
  /** A sentence that ends with a question mark. */
  readonly text: string;
  /** Most likely first. */
  readonly choices: readonly Choice[];
}

export interface Choice {
  readonly label: string;
  /** What speaks for it. */
  readonly reason?: string;
  /** What is chosen; where something is asked for, without it. */
  readonly answer: Answer;
  /** What is asked for: `a whole number`. */
  readonly input?: string;
}

/** The flags that answer a question, one for each choice; `<…>` stands for what has to be said. */
export function flagsFor({ choices }: Question): string[] {
  return choices.map(({ answer, input }) => {
    if (answer.kind !== 'fill' || answer.fill === 'none' || input === undefined) return flagFor(answer);
    return `--${'sql' in answer.fill ? 'fill-sql' : 'fill'} ${shellWord(`${answer.path}=<${input}>`)}`;
  });
}

/** The answer that a choice gives, with what was said where something is asked for. */
export function answerOf({ answer, input }: Choice, said = ''): Answer {
  if (answer.kind !== 'fill' || answer.fill === 'none' || input === undefined) return answer;
  return { ...answer, fill: 'sql' in answer.fill ? { sql: said } : { value: said } };
}

/** What is answered already. */
export interface Answered {
  /** Entities that are said to be dropped. */
  hasDropped(entity: EntityDescription): boolean;
  /** Properties that are said to be dropped. */
  hasDroppedProperty(change: EntityChange, property: PropertyDescription): boolean;
  /** New properties that are the new name of another, over three versions. */
  isNewName(change: EntityChange, property: PropertyDescription): boolean;
  /** Properties of which it is known what rows get. */
  hasFill(change: EntityChange, property: PropertyDescription): boolean;
}

/** What is open about changes. Whatever may turn out to be renamed is asked about first, and what it needs afterwards. */
export function questionsOf(changes: Changes, answered: Answered): Question[] {
  const entities = changes.dropped
    .filter(entity => entity.view === undefined && !answered.hasDropped(entity))
    .map(entity => ({ entity, candidates: candidatesOf(changes.created, now => entityResemblance(entity, now)) }))
    .filter(({ candidates }) => candidates.length > 0);
  const maybeRenamed = new Set(
    entities.flatMap(({ entity, candidates }) => [entity.name, ...candidates.map(({ now }) => now.name)]),
  );
  return [
    ...entities.map(({ entity, candidates }) => entityQuestion(entity, candidates)),
    ...changes.altered.flatMap(change => propertyQuestions(change, changes, maybeRenamed, answered)),
  ];
}

function entityQuestion(entity: EntityDescription, candidates: readonly Candidate<EntityDescription>[]): Question {
  const path = entityPath(entity.name);
  return {
    kind: 'renamed or dropped',
    path,
    text: `${entity.name} is gone: what became of it?`,
    choices: [
      ...candidates.map(({ now, reason }): Choice => ({
        label: `it is ${now.name} now, at once: releases before this one must stop`,
        reason,
        answer: { kind: 'renamed', path, to: entityPath(now.name) },
      })),
      { label: 'it is dropped, with its rows', answer: { kind: 'dropped', path } },
    ],
  };
}

function propertyQuestions(
  change: EntityChange,
  changes: Changes,
  maybeRenamed: ReadonlySet<string>,
  answered: Answered,
): Question[] {
  const { after, properties } = change;
  // A view holds nothing: it is made anew, whatever its properties are called.
  if (after.view !== undefined) return [];
  // A relation to an entity that may have another name is not compared yet.
  const entityNow = (name: string) => changes.altered.find(other => other.before.name === name)?.after.name ?? name;
  const added = outermost(properties.added).filter(property => !answered.isNewName(change, property));
  const waiting = new Set<PropertyDescription>();
  const gone = outermost(properties.dropped).filter(property => !answered.hasDroppedProperty(change, property));
  const renames = gone.flatMap((old): Question[] => {
    const candidates = candidatesOf(
      added.filter(now => holderOf(now.name) === holderOf(old.name)),
      now => propertyResemblance(old, now, entityNow),
    );
    for (const { now } of candidates) waiting.add(now);
    return candidates.length > 0 && !pointsTo(old, maybeRenamed) ? [renameQuestion(change, old, candidates)] : [];
  });
  const isWaiting = (property: PropertyDescription) =>
    pointsTo(property, maybeRenamed) ||
    [...waiting].some(({ name }) => property.name === name || property.name.startsWith(`${name}.`));
  const fills = [
    ...properties.added
      .filter(property => needsValue(property) && !isWaiting(property))
      .map(property => ({ property, isNew: true })),
    ...properties.altered
      .filter(asksForValues)
      .map(altered => ({ property: altered.after, isNew: isReplaced(altered) })),
  ].filter(({ property }) => !answered.hasFill(change, property));
  return [...renames, ...fills.map(({ property, isNew }) => fillQuestion(after, property, isNew))];
}

function pointsTo({ target }: PropertyDescription, names: ReadonlySet<string>): boolean {
  return [target ?? []].flat().some(name => names.has(name));
}

/** Where nulls were allowed, or something else was, rows may have nothing to put there. */
function asksForValues(change: EntityChange['properties']['altered'][number]): boolean {
  const { after, changed } = change;
  if (isReplaced(change)) return needsValue(after);
  return (
    changed.includes('nullable') && !after.nullable && after.columns !== undefined && after.generated === undefined
  );
}

function renameQuestion(
  change: EntityChange,
  old: PropertyDescription,
  candidates: readonly Candidate<PropertyDescription>[],
): Question {
  const path = propertyPath(change.before.name, old.name);
  return {
    kind: 'renamed or dropped',
    path,
    text: `${change.before.name}.${old.name} is gone: what became of it?`,
    choices: [
      ...candidates.flatMap(({ now, reason }): Choice[] => [
        {
          label: `it is ${now.name} now, at once: releases before this one must stop`,
          reason,
          answer: { kind: 'renamed', path, to: now.name },
        },
        ...(canTakeThree(change, old, now)
          ? [
              {
                label: `it becomes ${now.name} over three versions: no release has to stop`,
                reason,
                answer: { kind: 'renamed', path, to: now.name, overThree: true },
              } as const,
            ]
          : []),
      ]),
      { label: 'it is dropped, with its values', answer: { kind: 'dropped', path } },
    ],
  };
}

function fillQuestion(entity: EntityDescription, property: PropertyDescription, isNew: boolean): Question {
  const path = propertyPath(entity.name, property.name);
  const why = isNew ? 'is new, and may not be null' : 'may not be null any more';
  const who = isNew ? 'the rows that are there' : 'rows that hold null';
  const fill = (given: Extract<Answer, { kind: 'fill' }>['fill']): Answer => ({ kind: 'fill', path, fill: given });
  return {
    kind: 'fill',
    path,
    text: `${entity.name}.${property.name} ${why}: what do ${who} get?`,
    choices: [
      { label: 'all the same value', answer: fill({ value: '' }), input: valueHint(property) },
      { label: 'what SQL makes of the row', answer: fill({ sql: '' }), input: 'an SQL expression' },
      { label: 'nothing: there are none, or the step will say it; it is refused otherwise', answer: fill('none') },
    ],
  };
}

/** An entity as people name it in an answer: `animal`. */
export function entityPath(entity: string): string {
  return entity.slice(0, 1).toLowerCase() + entity.slice(1);
}

/** A property as people name it in an answer: `animal.home.city`. */
export function propertyPath(entity: string, property: string): string {
  return `${entityPath(entity)}.${property}`;
}
