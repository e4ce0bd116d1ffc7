import { fold } from './same-names.ts';
import { nameChangesIn } from './drops.ts';

/**
 * The tables and columns that the SQL of a step drops, by the names in it. A table or column that the step made itself is
 * not one of them, and neither is one whose name another was given by a rename: its values were moved there.
 */
export class TextDrops {
  readonly #made = new Set<string>();
  readonly #renamed = new Map<string, string>();
  #dropped: string[] = [];

  get dropped(): readonly string[] {
    return this.#dropped;
  }

  /** Adds what a statement did. */
  note(sql: string): void {
    for (const change of nameChangesIn(sql)) {
      if (change.kind === 'renamed') this.#rename(change.what, change.to);
      else if (change.kind === 'dropped') this.#drop(change.what);
      else this.#made.add(fold(change.what));
    }
  }

  #drop(name: string): void {
    const what = this.#renamed.get(fold(name)) ?? name;
    const wasRenamed = this.#renamed.delete(fold(name));
    const table = what.slice(0, Math.max(what.lastIndexOf('.'), 0));
    if (this.#made.has(fold(table))) return;
    if (this.#made.has(fold(what))) {
      // A renamed one makes way for what now has its name.
      if (!wasRenamed) this.#made.delete(fold(what));
      return;
    }
    if (!this.#dropped.includes(what)) this.#dropped.push(what);
  }

  #rename(from: string, to: string): void {
    if (this.#made.delete(fold(from))) this.#made.add(fold(to));
    else this.#renamed.set(fold(to), this.#renamed.get(fold(from)) ?? from);
    this.#dropped = this.#dropped.filter(what => fold(what) !== fold(to));
  }
}
