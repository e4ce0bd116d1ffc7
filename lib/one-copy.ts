/** The address of this file. A bundle into CommonJS knows no address, and has one copy of everything. */
const HERE: string | undefined = import.meta.url;

/**
 * Makes something once for the whole process, however often the files of this package are loaded.
 *
 * Under tsx a package that CommonJS requires is loaded as CommonJS, and what it loads later with `import()` as modules: one
 * call then runs through two copies of the same files. Objects recognised by their class, or remembered between calls, have to
 * be the same in both.
 *
 * @param name names it within this package
 */
export function oncePerProcess<T>(name: string, make: () => T): T {
  return HERE === undefined ? make() : keptAs(keyOfCopies(name), make);
}

/**
 * Makes something once for all copies of this package in the process, also those of other releases: an application and a module
 * may each have one in their `node_modules`. For what belongs to an ORM, which they share. Its shape must never change.
 */
export function acrossCopies<T>(name: string, make: () => T): T {
  return keptAs(Symbol.for(`mikro-orm-dejavu ${name}`), make);
}

function keptAs<T>(key: symbol, make: () => T): T {
  const known = Reflect.get(globalThis, key) as T | undefined;
  if (known !== undefined) return known;
  const made = make();
  Object.defineProperty(globalThis, key, { value: made, configurable: true });
  return made;
}

/** A symbol that all copies of the same files of this package share, and no other installation of it. */
export function keyOfCopies(name: string): symbol {
  return HERE === undefined ? Symbol(name) : Symbol.for(`mikro-orm-dejavu ${name} ${HERE}`);
}

const COPY = Symbol.for('mikro-orm-dejavu copy');

/** Marks a class with the copy of this package that it is of. Classes that extend it inherit the mark. */
export function markCopy(made: object): void {
  Object.defineProperty(made, COPY, { value: HERE ?? 'a bundle' });
}

/** The folder of the copy of this package that a class is of; `undefined` if it is of none. */
export function copyOf(made: unknown): string | undefined {
  const mark: unknown = typeof made === 'function' ? Reflect.get(made, COPY) : undefined;
  return typeof mark === 'string' ? folderOf(mark) : undefined;
}

/** Says that a class is of another copy of this package, and where both are. */
export function showOtherCopy(name: string, copy: string): string {
  return `${name} extends the Schema class of another copy of mikro-orm-dejavu, in ${copy}. This call is of the copy in ${folderOf(HERE ?? 'a bundle')}.`;
}

function folderOf(address: string): string {
  return address.startsWith('file:') ? decodeURIComponent(new URL('..', address).pathname).replace(/\/$/, '') : address;
}
