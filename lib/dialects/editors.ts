import type { DialectName } from './dialect.ts';
import type { Editor } from './editor.ts';
import { postgresqlEditor } from './postgresql/editor.ts';
import { sqliteEditor } from './sqlite/editor.ts';

const editors: Readonly<Record<DialectName, Editor>> = { sqlite: sqliteEditor, postgresql: postgresqlEditor };

export function editorFor(dialect: DialectName): Editor {
  return editors[dialect];
}
