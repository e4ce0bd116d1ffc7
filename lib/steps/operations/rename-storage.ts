import { OperationError } from '../../errors.ts';
import type { OperationContext } from './context.ts';
import { showName } from './names.ts';
import { editContext, wantedOf } from './wanted.ts';

/**
 * Renames the table of an entity, rows and all; what refers to it follows. A table that has its new name already, and
 * left none under the old one, is left alone.
 */
export async function renameStorage(context: OperationContext, before: object, after: object): Promise<void> {
  const from = wantedOf(context, before).name;
  const wanted = wantedOf(context, after);
  const to = wanted.name;
  if (from.name === to.name && from.namespace === to.namespace) return;
  const [old, renamed] = [await context.editor.read(context.sql, from), await context.editor.read(context.sql, to)];
  if (!old && renamed) return;
  if (old && !renamed) {
    await context.editor.rename(editContext(context, wanted), from, to);
    return;
  }
  const both = old && renamed;
  throw new OperationError(
    `${showName(from)} cannot be renamed to ${showName(to)}: ${both ? 'both are there' : 'neither is there'}`,
    { guid: context.guid, table: showName(from) },
  );
}
