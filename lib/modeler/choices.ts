import { isUnproven, type Difference } from '../difference.ts';

/**
 * The changes to the first entity made for a table, by the path of a part: `animal.column.name`. Comparing the entities with
 * the storage decides them.
 */
export type Remedies = ReadonlyMap<string, ReadonlySet<Remedy>>;

/** One way to make an entity fit. */
export type Remedy =
  /** The type that the database has is declared. */
  | 'exact type'
  /** The entity allows any type. */
  | 'any type'
  /** The default is declared with the spelling of the database. */
  | 'exact default'
  /** The entity allows any default. */
  | 'any default'
  | 'exact collation'
  | 'any collation'
  /** The database generates no values for a key. */
  | 'not counting'
  | 'nullable key'
  /** The values are plain, and the check that lists them is separate. */
  | 'plain values'
  /** A table that joins two others is an entity. */
  | 'an entity'
  /** The part is not in the entity. */
  | 'left out';

/** Returns whether a choice was made for a part. */
export function isChosen(choices: Remedies, path: readonly string[], choice: Remedy): boolean {
  return choices.get(keyOf(path))?.has(choice) === true;
}

/** Adds a choice. Returns `undefined` if it was made before. */
export function withChoice(choices: Remedies, path: readonly string[], choice: Remedy): Remedies | undefined {
  if (isChosen(choices, path, choice)) return undefined;
  const made = new Set(choices.get(keyOf(path)));
  return new Map(choices).set(keyOf(path), made.add(choice));
}

function keyOf(path: readonly string[]): string {
  return JSON.stringify(path);
}

/** The remedies for a difference, in the order in which they are tried. */
const OF_A_COLUMN: Readonly<Record<string, readonly Remedy[]>> = {
  type: ['exact type', 'any type'],
  default: ['not counting', 'exact default', 'any default'],
  collation: ['exact collation', 'any collation'],
  nulls: ['nullable key'],
};

/**
 * Decides how to change the entities to remove a difference. Extra parts of the database stay there, and change no entity.
 *
 * @param ofTable returns the relations of a table, or those over a column, as paths of their foreign keys
 * @returns the choices with one more for each difference; the same ones if nothing is left to decide
 */
export function decideOn(differences: readonly Difference[], choices: Remedies, ofTable: KeysOfTable): Remedies {
  let made = choices;
  for (const difference of differences) {
    // An entity says that rows have a parent, not since when
    if (difference.kind === 'extra' || isUnproven(difference)) continue;
    for (const [path, choice] of remediesFor(difference, ofTable)) {
      const next = withChoice(made, path, choice);
      if (!next) continue;
      made = next;
      break;
    }
  }
  return made;
}

type KeysOfTable = (table: string, column?: string) => readonly (readonly string[])[];

type Placed = readonly [path: readonly string[], choice: Remedy];

function remediesFor({ path }: Difference, ofTable: KeysOfTable): Placed[] {
  const [table = '', part = '', name = '', aspect = ''] = path;
  const own = [table, part, name];
  const last: Placed = [[table], 'left out'];
  switch (part) {
    case 'column':
      return [
        ...(OF_A_COLUMN[aspect] ?? []).map((choice): Placed => [own, choice]),
        ...ofTable(table, name).map((key): Placed => [key, 'left out']),
        [own, 'left out'],
        last,
      ];
    case 'index':
      return [[own, 'left out'], last];
    case 'check':
      return [[own, 'plain values'], [own, 'left out'], last];
    case 'foreign key':
      return [[own, 'left out'], last];
    case 'autoincrement':
      return [[[table], 'not counting'], last];
    case 'primary key':
      return [...ofTable(table).map((key): Placed => [key, 'left out']), last];
    default:
      return [last];
  }
}
