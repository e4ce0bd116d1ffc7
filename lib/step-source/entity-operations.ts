import type { FillSource } from '../changes/fills.ts';
import { holderOf, isReplaced, needsValue, outermost } from '../changes/property-shape.ts';
import type { Resolution } from '../changes/resolve-answers.ts';
import type { EntityChange, PropertyChange } from '../changes/storage-changes.ts';
import { arriving, leaving } from '../changes/tables/carried-properties.ts';
import type { EntityDescription, PropertyDescription } from '../models/description.ts';
import {
  becomesComputed,
  discriminatorChange,
  isAlteredTable,
  isCastable,
  isInTable,
  isKeyOnly,
  isLoosening,
  isOtherTable,
  isSameTable,
  isStored,
  losesKey,
  losesRelation,
  mayNotFit,
  newValues,
} from './altered-properties.ts';
import {
  Constraints,
  hasOtherIndexes,
  inside,
  isDetached,
  isMoved,
  ownUniques,
  retyped,
  unboundOperations,
} from './constraint-operations.ts';
import type { NestedFillSource, Operation } from './operation.ts';
import { remarksOn } from './remarks.ts';

/** The phase of a step in which an operation runs. */
export type Phase = 'release' | 'rename' | 'add' | 'rekey' | 'loosen' | 'move' | 'tighten' | 'index' | 'refer' | 'drop';

/** The operations for one altered entity, by phase. */
type EntityOperations = { readonly [P in Phase]: readonly Operation[] } & {
  /** Dropped items: `Animal.species`. */
  readonly goes: readonly string[];
  /** Properties whose values change. */
  readonly changes: readonly string[];
};

/** Decides the operations for one altered entity. */
export function entityOperations(
  change: EntityChange,
  { fills, changes }: Pick<Resolution, 'fills' | 'changes'>,
): EntityOperations {
  const { before, after, changed, properties } = change;
  const replaced = properties.altered.filter(isReplaced);
  const kept = properties.altered.filter(altered => !isReplaced(altered));
  // Two tables cannot have the same name, so the old one is dropped first.
  const exchanged = replaced.filter(isSameTable).map(one => one.after);
  const { copied } = properties;
  const isOwn = (property: PropertyDescription) => !changes.shared.has(property);
  const coming = [...properties.added, ...copied.map(one => one.after), ...replaced.map(one => one.after)];
  const going = [...properties.dropped, ...copied.map(one => one.before), ...replaced.map(one => one.before)];
  const [added, dropped] = [
    // A relation adds its foreign key to existing columns.
    comings(
      coming.filter(one => isOwn(one) || one.references),
      after,
    ),
    comings(going.filter(isOwn), before),
  ];
  const isCarried = (property: PropertyDescription) => copied.some(one => one.before === property && isOwn(one.after));
  const unique = ownUniques(change);
  const touched = [...kept.filter(isStored), ...unique];
  const { rekeyed } = properties;
  const constraints = new Constraints(change, {
    added: [...added, ...rekeyed.map(one => one.after), ...arriving(changes.carried, after)],
    dropped: [...dropped, ...rekeyed.map(one => one.before), ...leaving(changes.carried, before)],
    altered: touched,
    kept: changes.kept,
  });
  // The key, the comment of the table, and indexes without a usable name are changed with the whole table at once.
  const isWhole = changed.includes('primaryKey') || changed.includes('comment') || !constraints.canBeNamed;
  const others = retyped(changes);
  const detached = kept.filter(one => isDetached(change, one, others));
  const attached = kept.filter(one => !detached.includes(one));
  const altered = isWhole ? [] : [...attached.filter(isStored), ...unique];
  const columns = altered.filter(one => !isKeyOnly(one));
  const keys = altered.filter(isKeyOnly);
  const strict = columns.filter(one => !isLoosening(one));
  const discriminated = discriminatorChange(change, changes);

  return {
    // Computed values can be computed again.
    goes: [
      ...dropped.filter(one => one.generated === undefined && !isCarried(one)),
      ...kept.filter(becomesComputed).map(one => one.before),
    ].map(({ name }) => `${before.name}.${name}`),
    // Discriminators have their own remark.
    changes: touched
      .filter(one => !one.after.hints?.implicit && mayNotFit(one))
      .map(one => `${after.name}.${one.after.name}`),
    release: [
      ...unboundOperations(before, going, changes),
      ...(isWhole ? [] : constraints.released()),
      ...detached.map(one => released('dropForeignKey', one)),
      ...altered
        .filter(one => losesKey(one) && (isKeyOnly(one) || isMoved(change, one)))
        .map(one => released('dropForeignKey', one)),
      ...altered
        .filter(one => losesRelation(one) && isMoved(change, one))
        .map((one): Operation => ({ kind: 'dropIndex', entity: before.name, index: [one.before.name] })),
    ],
    rename: [...renamedStorage(), ...renamedProperties()],
    add: added.filter(property => !exchanged.includes(property)).map(adding),
    rekey: rekeyed.map(one => moving('rekeyProperty', one)),
    loosen: columns.filter(isLoosening).map(altering),
    move: remarksOn(
      change,
      kept,
      strict.some(one => newValues(one, discriminated) !== undefined) ? discriminated.homeless : discriminated.gone,
    ),
    tighten: [
      ...strict.map(altering),
      ...(isWhole ? [alteringAll()] : []),
      ...attached.filter(isAlteredTable).map(altering),
    ],
    index: isWhole ? [] : constraints.raised(),
    refer: [
      ...[...rekeyed, ...detached].map(altering),
      ...keys.filter(one => one.after.references || hasOtherIndexes(change, one)).map(referring),
    ],
    drop: [...computedFirst(dropped.filter(({ pivot }) => !isWhole || pivot)).map(dropping), ...exchanged.map(adding)],
  };

  function renamedStorage(): Operation[] {
    const isElsewhere = changed.includes('table') || changed.includes('namespace');
    return isElsewhere ? [{ kind: 'renameStorage', before: before.name, after: after.name }] : [];
  }

  /** An embedded property is altered at once if everything inside it stays. */
  function renamedProperties(): Operation[] {
    const moved = kept.filter(one => one.changed.includes('columns') || isOtherTable(one));
    const around = properties.altered.filter(
      one => one.changed.includes('name') && one.after.kind === 'embedded' && !one.after.columns && hasSameInside(one),
    );
    const whole = around.filter(outer => moved.some(one => isInside(one, outer)));
    const single = moved.filter(one => !whole.some(outer => isInside(one, outer)));
    return [...whole, ...single].map(one => moving('renameProperty', one));
  }

  function moving(kind: 'renameProperty' | 'rekeyProperty', one: PropertyChange): Operation {
    return { kind, before: before.name, from: one.before.name, after: after.name, to: one.after.name };
  }

  function hasSameInside({ before: old, after: now }: PropertyChange): boolean {
    return namesInside(before, old).join() === namesInside(after, now).join();
  }

  function adding(property: PropertyDescription): Operation {
    const fill = fillFor(after, property, fills);
    const isUnfilled = isNothing(fill) && inside(after, property).some(needsValue);
    return { kind: 'addProperty', entity: after.name, property: property.name, fill, isUnfilled };
  }

  function altering(one: PropertyChange): Operation {
    return { ...alteration(one, before, after, fills), using: newValues(one, discriminated) };
  }

  function alteringAll(): Operation {
    const filled = kept.flatMap(({ after: now }): [string, FillSource][] => {
      const fill = fills.get(`${after.name}.${now.name}`);
      return fill === undefined || isNothing(fill) || now.name.includes('.') ? [] : [[now.name, fill]];
    });
    const drops = dropped.filter(({ pivot }) => !pivot).map(({ name }) => name);
    return { kind: 'alterStorage', before: before.name, after: after.name, fill: Object.fromEntries(filled), drops };
  }

  function referring(one: PropertyChange): Operation {
    return one.before.references || hasOtherIndexes(change, one)
      ? altering(one)
      : { kind: 'addForeignKey', entity: after.name, property: one.after.name };
  }

  function released(kind: 'dropForeignKey', one: PropertyChange): Operation {
    return { kind, entity: before.name, property: one.before.name };
  }

  function dropping({ name }: PropertyDescription): Operation {
    return { kind: 'dropProperty', entity: before.name, property: name };
  }
}

/** Returns the value of a property, or of the properties inside it, for existing rows. */
export function fillFor(
  entity: EntityDescription,
  property: PropertyDescription,
  fills: Resolution['fills'],
): NestedFillSource | undefined {
  const own = fills.get(`${entity.name}.${property.name}`);
  if (own !== undefined) return own;
  const parts = inside(entity, property).filter(({ name }) => holderOf(name) === property.name);
  const entries = parts.flatMap((part): [string, NestedFillSource][] => {
    const fill = fillFor(entity, part, fills);
    return fill === undefined || isNothing(fill) ? [] : [[part.name.slice(property.name.length + 1), fill]];
  });
  return entries.length > 0 ? { inside: Object.fromEntries(entries) } : undefined;
}

/** A generated property is dropped before the columns it depends on. */
function computedFirst(properties: readonly PropertyDescription[]): PropertyDescription[] {
  const [computed, stored] = [true, false].map(is => properties.filter(one => (one.generated !== undefined) === is));
  return [...(computed ?? []), ...(stored ?? [])];
}

/** Makes a property what the new version declares, including its values. */
export function alteration(
  one: PropertyChange,
  before: EntityDescription,
  after: EntityDescription,
  fills: Resolution['fills'],
): Extract<Operation, { kind: 'alterProperty' }> {
  const { after: now, changed } = one;
  const fill = fills.get(`${after.name}.${now.name}`);
  return {
    kind: 'alterProperty',
    before: before.name,
    after: after.name,
    property: now.name,
    fill,
    isUnfilled: isNothing(fill) && changed.includes('nullable') && !now.nullable,
    isImplicit: now.hints?.implicit === true,
    isUncastable: !isCastable(one),
  };
}

/** Lists whole properties that are added or dropped: without those put around existing columns, whose contents are listed separately. */
export function comings(properties: readonly PropertyDescription[], entity: EntityDescription): PropertyDescription[] {
  const isAround = (one: PropertyDescription) =>
    one.kind === 'embedded' && !one.columns && inside(entity, one).some(part => !properties.includes(part));
  return outermost(properties.filter(one => isInTable(one) && !isAround(one)));
}

export function isNothing(fill: NestedFillSource | undefined): boolean {
  return fill === undefined || fill === 'none';
}

function isInside(one: PropertyChange, outer: PropertyChange): boolean {
  return one.after.name.startsWith(`${outer.after.name}.`);
}

function namesInside(entity: EntityDescription, property: PropertyDescription): string[] {
  return inside(entity, property).map(({ name }) => name.slice(property.name.length));
}
