import MagicText from 'magic-string';
import { rangeOf } from './class-body.ts';
import { openEdit, type Edit } from './edit.ts';
import type { Place } from './find-class.ts';
import { importNames, type Want } from './imports.ts';
import { insertStep } from './insert-step.ts';
import { memberNamed } from './members.ts';
import { importedNames } from './names.ts';
import { endOf, nodesIn, startOf } from './nodes.ts';
import { parseSource } from './parse.ts';
import { entryOf, membersOf } from './remove-step.ts';
import { renameIn } from './rename.ts';
import { packageOf } from './schema-source.ts';

/** A step as somebody wrote it, taken out of its class. */
export interface TakenStep {
  readonly version: number;
  /** The upgrade and the way back with the comments right above them, the first line of each without indentation. */
  readonly methods: readonly string[];
  /** What `steps` says of it: `7: { compatible: 6 }`. */
  readonly entry: string | undefined;
  /** What it uses of what its file imports. */
  readonly uses: readonly Want[];
}

/**
 * Reads the step to a version as it stands in a class.
 *
 * @throws UsageError if the file does not parse, or has no such class
 */
export function takeStep(text: string, place: Place, version: number): TakenStep {
  const edit = openEdit(text, place);
  const members = membersOf(edit, version);
  const entry = entryOf(edit, version);
  const used = new Set<string>();
  for (const part of [...members, ...(entry ? [entry] : [])]) {
    for (const node of nodesIn(part)) if (node.type === 'Identifier') used.add(node.name);
  }
  return {
    version,
    methods: members.map(member => {
      const { start, end } = rangeOf(edit, member);
      return text.slice(start, end);
    }),
    entry: entry && text.slice(startOf(entry), endOf(entry)),
    uses: importedNames(edit.file)
      .filter(({ local }) => used.has(local))
      .map(({ module, imported, local, isType }) => ({ module, name: imported, local, isType })),
  };
}

/**
 * Puts a step into a class as it was written, with the imports it needs.
 *
 * @throws UsageError if the class has it already, or does not stand one version lower
 */
export function putStep(text: string, place: Place, step: TakenStep): string {
  const edit = openEdit(text, place);
  const isFirst = step.entry !== undefined && memberNamed(edit.node, 'steps') === undefined;
  const steps: Want = { module: packageOf(edit.file) ?? 'mikro-orm-dejavu', name: 'Steps', isType: true };
  const names = importNames(edit, [...step.uses, ...(isFirst ? [steps] : [])]);
  insertStep(edit, place, step.version, {
    methods: step.methods.map(method => renamed(method, names, edit)),
    entry: step.entry,
    type: names.get('Steps') ?? 'Steps',
    versions: undefined,
  });
  return edit.out.toString();
}

function renamed(method: string, names: ReadonlyMap<string, string>, { style }: Edit): string {
  const head = 'class Taken {\n';
  const text = `${head}${method}\n}`;
  const out = new MagicText(text);
  renameIn(parseSource(text, 'the step').program, out, names);
  return out.toString().slice(head.length, -2).replaceAll(/\r?\n/g, style.eol);
}
