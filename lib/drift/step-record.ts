import type { Change, TableName } from '../dialects/table-changes.ts';
import { showName } from '../dialects/table-names.ts';
import type { Editor } from '../dialects/table-editor.ts';
import { createdBy, renamedBy, statementKind, wordsIn, writesRows } from '../sql/statements.ts';
import type { Watch } from '../store/connection.ts';
import type { Rename } from './renames.ts';
import type { Done } from './two-looks.ts';

/**
 * Records what steps name, create and rename: what tells a thing that was meant to go, or to be extra, from one that was
 * lost or left behind.
 */
export class StepRecord implements Watch, Done {
  readonly renames: Rename[] = [];
  readonly #named = new Set<string>();
  readonly #created = new Set<string>();
  /** Whether an operation changes a table right now: it says itself what it renames. */
  #isEditing = false;

  before(): void {}

  after(sql: string, error?: unknown): void {
    if (error !== undefined || writesRows(sql) || statementKind(sql) !== 'change') return;
    for (const word of wordsIn(sql)) this.#named.add(word.toLowerCase());
    if (this.#isEditing) return;
    // A text may be cut in two by this, and then begins no statement.
    for (const statement of sql.split(';')) {
      const created = createdBy(statement);
      if (created !== undefined) this.#created.add(created.toLowerCase());
      const renamed = renamedBy(statement);
      if (renamed) this.renames.push(renamed);
    }
  }

  named(name: string): boolean {
    return this.#named.has(name.toLowerCase());
  }

  /** Whether SQL of the steps themselves, and no operation, has created it. */
  created(name: string): boolean {
    return this.#created.has(name.toLowerCase());
  }

  /** An editor whose renames are recorded. */
  recording(editor: Editor): Editor {
    const editing = async <T>(work: () => Promise<T>): Promise<T> => {
      this.#isEditing = true;
      try {
        return await work();
      } finally {
        this.#isEditing = false;
      }
    };
    return {
      ...editor,
      change: async (context, table, changes) => {
        await editing(() => editor.change(context, table, changes));
        // SQLite makes a table again, and says nothing of a check that is not in it.
        for (const dropped of droppedNames(changes)) this.#named.add(dropped.toLowerCase());
        this.renames.push(...columnRenames(table, changes));
      },
      rename: async (context, from, to) => {
        await editing(() => editor.rename(context, from, to));
        this.renames.push({ kind: 'table', from: showName(from), to: showName(to) });
      },
      drop: (sql, table, together) => editing(() => editor.drop(sql, table, together)),
    };
  }
}

function droppedNames(changes: readonly Change[]): string[] {
  return changes.flatMap(change => (change.kind === 'drop check' || change.kind === 'drop index' ? [change.name] : []));
}

function columnRenames(table: TableName, changes: readonly Change[]): Rename[] {
  return changes.flatMap(change =>
    change.kind === 'rename column'
      ? [{ kind: 'column', table: showName(table), from: change.from, to: change.to } as const]
      : [],
  );
}
