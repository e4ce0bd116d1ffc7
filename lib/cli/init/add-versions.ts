import { addMembers } from '../source/class-body.ts';
import { openEdit } from '../source/edit.ts';
import { importNames } from '../source/imports.ts';
import { memberNamed } from '../source/members.ts';
import { startOf } from '../source/nodes.ts';
import type { Place } from '../source/schema-source.ts';
import { endOfProperty } from '../source/steps-entry.ts';

/** Gives a class its `versions`, below `latest`. All else stays to the letter. */
export function addVersions(text: string, place: Place, versionsModule: string): string {
  const edit = openEdit(text, place);
  const { node, style, out } = edit;
  const { eol, indent, semicolons } = style;
  const local = importNames(edit, [{ module: versionsModule, name: 'versions', isType: false }]).get('versions');
  const property = `override readonly versions = ${local}`;
  const latest = memberNamed(node, 'latest');
  if (latest) addMembers(edit, latest, [property + endOfProperty(edit, latest)], 1);
  else out.appendLeft(startOf(node.body) + 1, `${eol}${indent}${property}${semicolons ? ';' : ''}`);
  return out.toString();
}
