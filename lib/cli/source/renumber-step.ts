import MagicText from 'magic-string';
import type { Want } from './imports.ts';
import { endOf, nodesIn, startOf } from './nodes.ts';
import { parseSource } from './parse.ts';
import { renameIn } from './rename.ts';
import type { TakenStep } from './take-step.ts';

const head = 'class Renumbered {\n';

/**
 * Gives a step another number: the names of its methods, the versions it leads between, and what its comments say of them.
 * What it does is not looked at.
 */
export function renumberStep(step: TakenStep, to: number): TakenStep {
  const by = to - step.version;
  const types = new Map([step.version - 1, step.version].map(number => [`V${number}`, `V${number + by}`]));
  const locals = new Map<string, string>();
  const uses = step.uses.map(use => {
    const name = types.get(use.name);
    const { local = use.name } = use;
    if (name === undefined || !use.isType) return use;
    const renamed: Want & { local: string } = { ...use, name, local: local.replace(use.name, name) };
    locals.set(local, renamed.local);
    return renamed;
  });
  return {
    version: to,
    methods: step.methods.map(method => renumberMethod(method, step.version, by, locals, types)),
    entry: step.entry?.replace(/\d+/, String(to)),
    uses,
  };
}

function renumberMethod(
  method: string,
  version: number,
  by: number,
  locals: ReadonlyMap<string, string>,
  types: ReadonlyMap<string, string>,
): string {
  const text = `${head}${method}\n}`;
  const out = new MagicText(text);
  const { program, comments } = parseSource(text, 'the step');
  renameIn(program, out, locals);
  for (const node of nodesIn(program)) {
    if (node.type === 'TSQualifiedName') {
      const name = types.get(node.right.name);
      if (name !== undefined) out.update(startOf(node.right), endOf(node.right), name);
    }
    if (node.type !== 'ClassBody') continue;
    for (const member of node.body) {
      if (!('key' in member)) continue;
      const key = text.slice(startOf(member.key), endOf(member.key));
      out.update(
        startOf(member.key),
        endOf(member.key),
        key.replace(/(?<=To_)\d+/, number => String(Number(number) + by)),
      );
    }
  }
  for (const comment of comments ?? []) {
    const said = text.slice(startOf(comment), endOf(comment));
    const now = said
      .replaceAll(/\bV\d+\b/g, name => types.get(name) ?? name)
      // what a rename over three versions says of those to come
      .replaceAll(/(?<=\bIn version )\d+/g, number => String(Number(number) + (Number(number) > version ? by : 0)));
    if (now !== said) out.update(startOf(comment), endOf(comment), now);
  }
  return out.toString().slice(head.length, -2);
}
