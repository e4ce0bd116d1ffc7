import type { EntityAttribute, EntityChange, PartChanges } from '../changes/storage-changes.ts';
import type { IndexDescription } from '../models/description.ts';

/** Attributes of an entity whose names are not words. */
const ATTRIBUTES: Partial<Record<EntityAttribute, string>> = {
  extends: 'parent',
  primaryKey: 'primary key',
  rowLevelSecurity: 'row level security',
};

/** Lists what changed in an entity and is no property: `index email added`, `comment changed`. */
export function otherChangesOf({ changed, indexes, uniques, checks, triggers, policies }: EntityChange): string[] {
  return [
    // Another name has, as a rule, another table too.
    ...changed
      .filter(what => what !== 'name' && (what !== 'table' || !changed.includes('name')))
      .map(what => `${ATTRIBUTES[what] ?? what} changed`),
    ...partsOf('index', indexes, columnsOf),
    ...partsOf('unique', uniques, columnsOf),
    ...partsOf('check', checks, nameOf),
    ...partsOf('trigger', triggers, nameOf),
    ...partsOf('policy', policies, nameOf),
  ];
}

function partsOf<T>(what: string, { added, dropped }: PartChanges<T>, name: (part: T) => string): string[] {
  const [now, old] = [added.map(name), dropped.map(name)];
  const say = (of: string, become: string) => [what, of, become].filter(word => word !== '').join(' ');
  return [
    ...now.map(of => say(of, old.includes(of) ? 'changed' : 'added')),
    ...old.filter(of => !now.includes(of)).map(of => say(of, 'removed')),
  ];
}

function columnsOf({ columns, expression, hints }: IndexDescription): string {
  return columns.length > 0 ? columns.join(', ') : (hints?.name ?? expression ?? '');
}

function nameOf({ name, hints }: { readonly name?: string; readonly hints?: { readonly name?: string } }): string {
  return name ?? hints?.name ?? '';
}
