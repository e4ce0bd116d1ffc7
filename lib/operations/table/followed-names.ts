import type { CheckDef, IndexDef } from '@mikro-orm/sql';
import { storedName } from '../../models/stored-names.ts';
import type { Parts, Wanted } from './wanted.ts';

/** The parts an entity declares in addition to columns. */
type Declared = Pick<Parts, 'checks' | 'indexes' | 'foreignKeys'>;

/**
 * What an entity declared, under the names that this has since its table has another: what was named after the table
 * followed it.
 */
export function underFollowedNames(
  { em, table, name }: Pick<Wanted, 'em' | 'table' | 'name'>,
  declared: Declared,
): Declared {
  const [from, to] = [table.name, name.name];
  if (from === to) return declared;
  const platform = em.getPlatform();
  const follow = (own: string, columns: readonly string[], kinds: readonly ('index' | 'unique' | 'check')[]) => {
    const derived = (of: string, kind: 'index' | 'unique' | 'check') =>
      storedName(platform, platform.getIndexName(of, [...columns], kind));
    const kind = kinds.find(one => derived(from, one) === own);
    return kind === undefined ? own : derived(to, kind);
  };
  const followIndex = (index: IndexDef): IndexDef => ({
    ...index,
    keyName: follow(index.keyName, index.columnNames, ['index', 'unique']),
  });
  const followCheck = (check: CheckDef): CheckDef => {
    const ofTable = follow(check.name, [], ['check']);
    const isOfTable = ofTable !== check.name || check.columnName === undefined;
    return { ...check, name: isOfTable ? ofTable : follow(check.name, [check.columnName ?? ''], ['check']) };
  };
  return {
    ...declared,
    indexes: declared.indexes.map(followIndex),
    checks: declared.checks.map(followCheck),
  };
}
