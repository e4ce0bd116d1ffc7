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
  if (HERE === undefined) return make();
  const key = keyOfCopies(name);
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
