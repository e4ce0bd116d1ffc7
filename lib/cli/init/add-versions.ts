import { lineEnd, openEdit } from '../source/edit.ts';
import { importNames } from '../source/imports.ts';
import { memberNamed } from '../source/members.ts';
import { endOf, startOf } from '../source/nodes.ts';
import type { Place } from '../source/schema-source.ts';

/** Gives a class its `versions`, below `latest`. All else stays to the letter. */
export function addVersions(text: string, place: Place, versionsModule: string): string {
  const edit = openEdit(text, place);
  const { node, style, out } = edit;
  const { eol, indent, semicolons } = style;
  const local = importNames(edit, [{ module: versionsModule, name: 'versions', isType: false }]).get('versions');
  const line = `override readonly versions = ${local}${semicolons ? ';' : ''}`;
  const latest = memberNamed(node, 'latest');
  if (latest) out.appendLeft(lineEnd(text, endOf(latest)), `${eol}${indent}${line}`);
  else out.appendLeft(startOf(node.body) + 1, `${eol}${indent}${line}`);
  return out.toString();
}
