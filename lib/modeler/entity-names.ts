/** Names that an entity class cannot have, or that would hide a name that a file of entities needs. */
const TAKEN_CLASSES = new Set([
  'Object',
  'Function',
  'Array',
  'Date',
  'Promise',
  'Map',
  'Set',
  'Symbol',
  'Number',
  'InferEntity',
  'Opt',
  'Rel',
  'Uint8Array',
]);

/** Names with another meaning on objects, or for MikroORM. */
const TAKEN_PROPERTIES = new Set([
  'constructor',
  'prototype',
  'toJSON',
  'toPOJO',
  'toString',
  'toLocaleString',
  'valueOf',
  'hasOwnProperty',
  'isPrototypeOf',
  'propertyIsEnumerable',
]);

/** Splits a name of the database into words: `film_actor`, `FilmActor` and `film actor` are two words each. */
export function wordsOf(name: string): string[] {
  return name
    .replaceAll(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1 $2')
    .replaceAll(/(\p{Lu}+)(\p{Lu}\p{Ll})/gu, '$1 $2')
    .split(/[^\p{ID_Continue}]+|_+/u)
    .filter(word => word !== '');
}

/** Turns `film_actor` into `FilmActor`. */
export function classNameOf(table: string): string {
  const words = wordsOf(table).map(capital).join('');
  const name = /^\p{ID_Start}/u.test(words) ? words : `Table${words}`;
  return TAKEN_CLASSES.has(name) ? `${name}Entity` : name;
}

/** Turns `first_name`, `FirstName` and `FIRST_NAME` into `firstName`. */
export function propertyNameOf(column: string): string {
  const [first = '', ...more] = wordsOf(column).map(word => (word === word.toUpperCase() ? word.toLowerCase() : word));
  const words = first.slice(0, 1).toLowerCase() + first.slice(1) + more.map(capital).join('');
  const name = /^\p{ID_Start}/u.test(words) ? words : `column${capital(words)}`;
  return TAKEN_PROPERTIES.has(name) ? `${name}Value` : name;
}

/** Turns `artist_id` into `artist`; keeps a name that has no such ending. */
export function relationNameOf(column: string): string {
  const words = wordsOf(column);
  const isId = words.length > 1 && words.at(-1)?.toLowerCase() === 'id';
  return propertyNameOf((isId ? words.slice(0, -1) : words).join('_'));
}

function capital(word: string): string {
  const lower = word.length > 1 && word === word.toUpperCase() ? word.toLowerCase() : word;
  return lower.slice(0, 1).toUpperCase() + lower.slice(1);
}

/**
 * Hands out each name once. Names that differ only in case count as equal, because names of classes become names of files.
 */
export class FreeNames {
  readonly #taken = new Set<string>();

  /** Takes the first free name of some, or numbers the last one. */
  take(...names: readonly [string, ...string[]]): string {
    const free = names.find(name => !this.#taken.has(name.toLowerCase()));
    if (free !== undefined) return this.#keep(free);
    const last = names.at(-1) ?? names[0];
    let number = 2;
    while (this.#taken.has(`${last}${number}`.toLowerCase())) number++;
    return this.#keep(`${last}${number}`);
  }

  #keep(name: string): string {
    this.#taken.add(name.toLowerCase());
    return name;
  }
}
