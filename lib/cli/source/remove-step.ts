import { UsageError } from '../usage.ts';
import { removeMembers } from './class-body.ts';
import { openEdit, type Edit } from './edit.ts';
import type { Place } from './find-class.ts';
import { dropNames } from './imports.ts';
import { entriesOf, memberNamed, stepMembers, valueOf } from './members.ts';
import { importedNames } from './names.ts';
import { endOf, nodesIn, positionOf, startOf } from './nodes.ts';
import { latestOf } from './schema-source.ts';
import { removeEntry } from './steps-entry.ts';
import type { Member, Node } from './syntax.ts';

/**
 * Takes the newest step out of a class: its methods, its entry in `steps` and the imports that nothing else needs, and sets
 * `latest` back. The inverse of {@link addStep}, but that `versions` stays.
 *
 * @throws UsageError as {@link readSchemaSource} does, and if `version` is not `latest`
 */
export function removeStep(text: string, place: Place, version: number): string {
  const edit = openEdit(text, place);
  const latest = latestOf(text, edit.node, place);
  if (latest.value !== version) {
    throw new UsageError(
      `${place.path ?? 'the file'}:${positionOf(latest)} latest is ${latest.value}: only the newest step can be taken out, not that to ${version}`,
    );
  }
  const methods = membersOf(edit, version);
  const entry = entryOf(edit, version);
  const steps = removeEntry(edit, version);
  const gone: Node[] = [...methods, ...(steps ? [steps] : entry ? [entry] : [])];
  removeMembers(edit, [...(steps ? [steps] : []), ...methods]);
  dropNames(edit, onlyIn(edit, gone));
  edit.out.update(startOf(latest), endOf(latest), String(version - 1));
  return edit.out.toString();
}

/** The methods that lead to a version, and back from it. */
export function membersOf({ node }: Edit, version: number): Member[] {
  return stepMembers(node)
    .filter(step => step.version === (step.isUp ? version : version - 1))
    .map(({ member }) => member);
}

/** What `steps` says of a version. */
export function entryOf({ node }: Edit, version: number): Node | undefined {
  const steps = valueOf(memberNamed(node, 'steps'));
  if (steps?.type !== 'ObjectExpression') return undefined;
  return entriesOf(steps).find(one => one.version === version)?.node;
}

/** The imported names that are used nowhere but in parts of a file. */
function onlyIn({ file }: Edit, parts: readonly Node[]): Set<string> {
  const isIn = (node: Node) => parts.some(part => startOf(part) <= startOf(node) && endOf(node) <= endOf(part));
  const inside = new Set<string>();
  const outside = new Set<string>();
  for (const statement of file.program.body) {
    if (statement.type === 'ImportDeclaration') continue;
    for (const node of nodesIn(statement)) {
      if (node.type === 'Identifier' || node.type === 'JSXIdentifier') (isIn(node) ? inside : outside).add(node.name);
    }
  }
  const imported = importedNames(file).map(({ local }) => local);
  return new Set(imported.filter(name => inside.has(name) && !outside.has(name)));
}
