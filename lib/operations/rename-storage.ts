import { OperationError } from '../errors.ts';
import type { TableName } from '../dialects/table-changes.ts';
import type { OperationContext } from './context.ts';
import { showName } from '../dialects/table-names.ts';
import { editContext, wantedOf, type Wanted } from './table/wanted.ts';

/**
 * Renames the table of an entity, rows and all; what refers to it follows. A table that has its new name already, and
 * left none under the old one, is left alone.
 */
export async function renameStorage(context: OperationContext, before: object, after: object): Promise<void> {
  const [was, wanted] = [wantedOf(context, before), wantedOf(context, after)];
  const [from, to] = [was.name, wanted.name];
  if (from.name === to.name && from.namespace === to.namespace) return;
  const [old, renamed] = [await context.editor.read(context.sql, from), await context.editor.read(context.sql, to)];
  if ((old && renamed) || (!old && !renamed)) {
    throw new OperationError(
      `${showName(from)} cannot be renamed to ${showName(to)}: ${old ? 'both are there' : 'neither is there'}`,
      { guid: context.guid, table: showName(from) },
    );
  }
  if (old) await context.editor.rename(editContext(context, wanted), from, to);
  remember(context, was, to);
}

/** What goes by the old name is found under the new one for the rest of the step. */
function remember({ renamed }: OperationContext, { em, name }: Wanted, to: TableName): void {
  const storage = em.getMetadata();
  const names = renamed.get(storage) ?? new Map<string, TableName>();
  renamed.set(storage, names.set(showName(name), to));
}
