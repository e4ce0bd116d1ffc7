import type { EntityDescription, PropertyDescription, StorageDescription } from '../models/description.ts';
import { findChange, fresh, gone, namedIn, wrong } from './answer-targets.ts';
import { NO_RENAMES, type Renames } from './apply-renames.ts';
import { compareVersions } from './compare-versions.ts';
import { addFill, carryQuestions, copyFills, fillQuestions, moveQuestions, type FillSource } from './fills.ts';
import { pointsTo, shapeOf } from './property-shape.ts';
import { flagFor, propertyPath, type Answer, type Question } from './questions.ts';
import { canTakeThree, withBoth, type RenameOverThree } from './rename-over-three.ts';
import { entityRenameQuestions, handOverQuestions, propertyRenameQuestions } from './rename-questions.ts';
import { joinQuestions, turnedQuestions, turnedRelations } from './tables/turned-relations.ts';
import type { EntityChange, StorageChanges } from './storage-changes.ts';

/** A comparison of two versions under the given answers. */
export interface Resolution {
  readonly before: StorageDescription;
  /** The new version: the entities as they are, except for renames over three versions. */
  readonly after: StorageDescription;
  readonly changes: StorageChanges;
  readonly renames: Renames;
  readonly overThree: readonly RenameOverThree[];
  /** By `Animal.legs`, with new names. */
  readonly fills: ReadonlyMap<string, FillSource>;
  /** Items that an answer says are dropped: `Animal` and `Animal.species`. */
  readonly dropped: ReadonlySet<string>;
  /** Open questions, which must be answered before the version is written. */
  readonly questions: readonly Question[];
}

/**
 * Compares two versions, and finds the questions that remain. Answers may be given one by one: an answer may lead to further
 * questions in the next call.
 *
 * @throws {@link AnswerError} for an answer that fits no question: an unknown name, or a value of another type
 */
export function resolve(
  before: StorageDescription,
  after: StorageDescription,
  answers: readonly Answer[] = [],
): Resolution {
  const seen = new Map<string, Answer>();
  for (const answer of answers) assertOnce(answer, seen);
  const bare = compareVersions(before, after);
  const entities = entityRenames(bare, answers);
  const known = compareVersions(before, after, { ...NO_RENAMES, entities, notMoved: 'all' });
  const { properties, relations, overThree } = propertyRenames(known, answers);
  const dropped = droppedPaths(bare, known, answers);
  const renames = { entities, properties, relations, notMoved: [...dropped] };
  const target = withBoth(before, after, overThree);
  const changes = compareVersions(before, target, renames);
  const fills = new Map<string, FillSource>([
    ...copyFills(changes),
    ...overThree.map(({ entity, from, to }): [string, FillSource] => [`${entity}.${to}`, { from }]),
  ]);
  for (const answer of answers) if (answer.kind === 'fill') addFill(answer, changes, fills);
  const answered = { changes, overThree, fills, dropped };
  return { before, after: target, changes, renames, overThree, fills, dropped, questions: openQuestions(answered) };
}

/** The answers so far, with the dropped items: `Animal` and `Animal.species`. */
interface Answered extends Pick<Resolution, 'changes' | 'overThree' | 'fills'> {
  readonly dropped: ReadonlySet<string>;
}

/** Finds the open questions. Asks about possible renames first, and about values of existing rows afterwards. */
function openQuestions(answered: Answered): Question[] {
  const { changes, fills, dropped } = answered;
  const { questions, open } = entityRenameQuestions(changes, ({ name }) => dropped.has(name));
  // A view stores nothing. It is created again, even if its properties have other names.
  const altered = changes.altered.filter(({ after }) => after.view === undefined);
  return [
    ...questions,
    ...altered.flatMap(change => propertyQuestions(change, open, answered)),
    ...moveQuestions(changes.moved, path => fills.has(path)),
    ...carryQuestions(changes.carried, path => fills.has(path)),
  ];
}

/** @param maybeRenamed entities that may have another name. Relations to them are not compared yet. */
function propertyQuestions(
  change: EntityChange,
  maybeRenamed: ReadonlySet<string>,
  { changes, overThree, fills, dropped }: Answered,
): Question[] {
  const { before, after } = change;
  const hasDropped = ({ name }: PropertyDescription) => dropped.has(`${before.name}.${name}`);
  const renames = propertyRenameQuestions(change, {
    maybeRenamed,
    entityNow: name => changes.altered.find(other => other.before.name === name)?.after.name ?? name,
    hasDropped,
    isNewName: ({ name }) => overThree.some(({ entity, to }) => entity === after.name && to === name),
  });
  const isSettled = (entity: EntityDescription, { name }: PropertyDescription) =>
    dropped.has(`${entity.name}.${name}`) || fills.has(`${entity.name}.${name}`);
  const offered = changes.altered.flatMap(other => handOverQuestions(other, changes, isSettled));
  const isOffered = ({ name }: PropertyDescription) =>
    offered.some(({ choices }) => choices.some(({ answer }) => answer.path === propertyPath(after.name, name)));
  const isOpen = (property: PropertyDescription) =>
    isOffered(property) ||
    changes.shared.has(property) ||
    pointsTo(property, maybeRenamed) ||
    [...renames.open].some(({ name }) => property.name === name || property.name.startsWith(`${name}.`));
  const hasFill = ({ name }: PropertyDescription) => fills.has(`${after.name}.${name}`);
  const isAsked = (path: string) => renames.questions.some(question => question.path === path);
  const handOver = handOverQuestions(change, changes, isSettled).filter(({ path }) => !isAsked(path));
  const turned = turnedQuestions(change, changes, { hasDropped, maybeRenamed });
  return [...joinQuestions([...renames.questions, ...turned]), ...handOver, ...fillQuestions(change, isOpen, hasFill)];
}

function assertOnce(answer: Answer, seen: Map<string, Answer>): void {
  const key = `${answer.kind === 'fill' ? 'fill' : 'fate'} ${answer.path.toLowerCase()}`;
  const other = seen.get(key);
  if (other && JSON.stringify(other) !== JSON.stringify(answer)) {
    throw wrong(answer, `${flagFor(other)} answers the same question`, 'Keep one of the flags');
  }
  seen.set(key, answer);
}

function entityRenames({ created, dropped }: StorageChanges, answers: readonly Answer[]): Record<string, string> {
  const renames: Record<string, string> = {};
  for (const answer of answers) {
    if (answer.kind !== 'renamed' || answer.path.includes('.')) continue;
    const old = namedIn(dropped, answer.path);
    if (!old) throw wrong(answer, `'${answer.path}' was not removed`, gone(dropped));
    const now = namedIn(created, answer.to);
    if (!now) throw wrong(answer, `'${answer.to}' is not new`, fresh(created));
    if ((old.view === undefined) !== (now.view === undefined) || old.inheritance !== now.inheritance) {
      throw wrong(
        answer,
        `${old.name} and ${now.name} are stored differently, so this cannot be a rename`,
        `Use --dropped ${answer.path}, and move the rows in the step`,
      );
    }
    if (Object.values(renames).includes(now.name))
      throw wrong(answer, `two entities cannot both be renamed to ${now.name}`, 'Keep one of the flags');
    renames[old.name] = now.name;
  }
  return renames;
}

function propertyRenames(changes: StorageChanges, answers: readonly Answer[]) {
  const properties: Record<string, Record<string, string>> = {};
  const relations: Record<string, string> = {};
  const overThree: RenameOverThree[] = [];
  for (const answer of answers) {
    if (answer.kind !== 'renamed' || !answer.path.includes('.')) continue;
    const { change, name } = findChange(changes.altered, answer, entity => entity.before.name);
    const old = change.properties.dropped.find(property => property.name === name);
    if (!old) throw wrong(answer, `'${answer.path}' was not removed`, gone(change.properties.dropped));
    const turned = turnedTo(changes, change, old, answer);
    if (turned) {
      if (Object.values(relations).includes(turned))
        throw wrong(answer, `two relations cannot both be renamed to ${turned}`, 'Keep one of the flags');
      relations[`${change.before.name}.${old.name}`] = turned;
      continue;
    }
    const now = change.properties.added.find(property => property.name === answer.to);
    if (!now) throw wrong(answer, `'${answer.to}' is not new`, fresh(change.properties.added));
    const taken = [
      ...Object.values(properties[change.before.name] ?? {}),
      ...overThree.filter(({ entity }) => entity === change.after.name).map(({ to }) => to),
    ];
    if (taken.includes(now.name))
      throw wrong(answer, `two properties cannot both be renamed to ${now.name}`, 'Keep one of the flags');
    if (shapeOf(old) !== shapeOf(now) || (old.kind === 'embedded') !== (now.kind === 'embedded')) {
      throw wrong(
        answer,
        `${old.name} and ${now.name} are stored differently, so this cannot be a rename`,
        `Use --dropped ${answer.path}, and move the values in the step`,
      );
    }
    if (answer.overThree) {
      if (!canTakeThree(change, old, now)) {
        throw wrong(
          answer,
          'only a plain value of an entity that keeps its name can be renamed over three versions',
          `Use --renamed ${answer.path}:${answer.to}`,
        );
      }
      overThree.push({ entity: change.after.name, from: old.name, to: now.name });
      continue;
    }
    const names = (properties[change.before.name] ??= {});
    names[old.name] = now.name;
  }
  return { properties, relations, overThree };
}

/** The relation of the other side, `Animal.keepers`, that an answer says a many-to-many is now. */
function turnedTo(
  changes: StorageChanges,
  change: EntityChange,
  old: PropertyDescription,
  answer: Answer & { kind: 'renamed' },
): string | undefined {
  if (!answer.to.includes('.') || answer.overThree) return undefined;
  const found = turnedRelations(changes, change, old);
  const isNamed = ({ entity, now }: (typeof found)[number]) =>
    propertyPath(entity.name, now.name).toLowerCase() === answer.to.toLowerCase();
  const named = found.find(isNamed);
  return named && `${named.entity.name}.${named.now.name}`;
}

function droppedPaths(bare: StorageChanges, known: StorageChanges, answers: readonly Answer[]): Set<string> {
  const dropped = new Set<string>();
  for (const answer of answers) {
    if (answer.kind !== 'dropped') continue;
    if (!answer.path.includes('.')) {
      const entity = namedIn(bare.dropped, answer.path);
      if (!entity) throw wrong(answer, `'${answer.path}' was not removed`, gone(bare.dropped));
      dropped.add(entity.name);
      continue;
    }
    const { change, name } = findChange(known.altered, answer, entity => entity.before.name);
    if (!change.properties.dropped.some(property => property.name === name)) {
      throw wrong(answer, `'${answer.path}' was not removed`, gone(change.properties.dropped));
    }
    dropped.add(`${change.before.name}.${name}`);
  }
  return dropped;
}
