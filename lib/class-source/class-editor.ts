import MagicText from 'magic-string';
import { stringLiteral } from '../source-code/literals.ts';
import type { StepSource } from '../step-source/step-methods.ts';
import { addMembers, addProperty, gapBetween, lastStep, modifiersFor, removeMembers, textOf } from './add-members.ts';
import {
  entriesOf,
  extensionOf,
  findClass,
  latestOf,
  memberNamed,
  packageOf,
  stepMembers,
  valueOf,
  versionsModuleOf,
  type ClassMember,
  type ClassPlace,
} from './read-schema-class.ts';
import {
  appendItems,
  dropNames,
  importNames,
  removeItems,
  startsLine,
  type ClassEdit,
  type WantedName,
} from './source-edit.ts';
import { requoted, styleOf } from './source-style.ts';
import { renamed, restyled, type TakenStep } from './step-text.ts';
import { endOf, importedNames, parseSource, problemAt, startOf, walk, type Syntax } from './syntax.ts';

const VERSIONS_MODULE = { '.ts': './versions/index.ts', '.js': './versions/index.js', '': './versions' };

/**
 * Changes the class of a Schema in the text of its file. Each method returns the new text. Leaves all other text unchanged, and
 * writes new text in the style of the file.
 */
export class ClassEditor {
  readonly #edit: ClassEdit;

  constructor(text: string, place: ClassPlace = {}) {
    const source = parseSource(text, place.path);
    const { node } = findClass(source, place);
    this.#edit = { source, node, style: styleOf(source, node), out: new MagicText(text) };
  }

  /**
   * Adds a step: its two methods, its entry in `steps` if it has options, missing imports and `versions`. Sets `latest`.
   *
   * @param version `latest` plus one
   */
  addStep(version: number, step: StepSource): string {
    const { source, node, style } = this.#edit;
    const entry = this.#entrySource(version, step.options);
    const methods = [step.upgrade.text, step.downgrade.text];
    const versions = versionsModuleOf(source, node) ?? VERSIONS_MODULE[extensionOf(source) ?? '.ts'];
    const uses = [
      ...(methods.some(method => method.includes('(step: Step<')) ? [this.#ownType('Step')] : []),
      ...step.imports.flatMap(({ module, names: used }) => used.map(name => ({ module, name, isType: false }))),
      ...(this.#has('versions') ? [] : [{ module: versions, name: 'versions', isType: false }]),
      ...step.types.map(name => ({ module: versions, name, isType: true })),
    ];
    return this.putStep({ version, methods: methods.map(method => restyled(method, style)), entry, uses });
  }

  /**
   * Removes the newest step: its methods, its entry in `steps`, and imports that only it used. Sets `latest` back. The inverse of
   * {@link addStep}, except that `versions` stays.
   */
  removeStep(version: number): string {
    const { source, node, out } = this.#edit;
    const latest = latestOf(source, node);
    if (latest.value !== version) {
      const problem = `latest is ${latest.value}, so only step ${latest.value} can be removed, not step ${version}.`;
      throw problemAt(source, latest, problem);
    }
    const methods = this.#methodsOf(version);
    const entry = this.#entryOf(version);
    const steps = this.#removeEntry(entry);
    const isGone = isIn([...methods, ...(steps ? [steps] : entry ? [entry] : [])]);
    removeMembers(this.#edit, [...(steps ? [steps] : []), ...methods]);
    const uses = Map.groupBy(walk(source).uses, use => (isGone(use) ? 'gone' : 'left'));
    const left = new Set(uses.get('left')?.map(({ name }) => name));
    dropNames(this.#edit, new Set(uses.get('gone')?.flatMap(({ name }) => (left.has(name) ? [] : name))));
    out.update(startOf(latest), endOf(latest), String(version - 1));
    return out.toString();
  }

  /** Reads the text of a step to a version. */
  takeStep(version: number): TakenStep {
    const { source } = this.#edit;
    const methods = this.#methodsOf(version);
    const entry = this.#entryOf(version);
    const isMeant = isIn([...methods, ...(entry ? [entry] : [])]);
    const used = new Set(walk(source).uses.flatMap(use => (isMeant(use) ? use.name : [])));
    return {
      version,
      methods: methods.map(member => textOf(this.#edit, member)),
      entry: entry && source.text.slice(startOf(entry), endOf(entry)),
      uses: importedNames(source).flatMap(({ module, imported, local, isType }) =>
        used.has(local) ? { module, name: imported, local, isType } : [],
      ),
    };
  }

  /** Adds a step from its text, with the imports it needs. */
  putStep({ version, methods, entry, uses }: TakenStep): string {
    const { source, node, style, out } = this.#edit;
    const isFirst = entry !== undefined && !this.#has('steps');
    const wants = [...uses, ...(isFirst ? [this.#ownType('Steps')] : [])];
    const names = importNames(this.#edit, style.types ? wants : wants.filter(({ isType }) => !isType));
    const latest = latestOf(source, node);
    if (latest.value !== version - 1) {
      throw problemAt(source, latest, `latest is ${latest.value}, so the next step must lead to ${latest.value + 1}.`);
    }
    const there = stepMembers(node).find(one => one.version === version);
    if (there) {
      const problem = `${there.name} already exists, but latest is ${latest.value}. Remove it first.`;
      throw problemAt(source, there.member, problem);
    }
    out.update(startOf(latest), endOf(latest), String(version));
    const member = memberNamed(node, 'latest');
    const versions = this.#has('versions') ? undefined : names.get('versions');
    if (member && versions !== undefined)
      addProperty(this.#edit, member, `${modifiersFor(this.#edit)}versions = ${versions}`);
    if (entry !== undefined) this.#addEntry(version, entry, names.get('Steps') ?? 'Steps');
    addMembers(
      this.#edit,
      lastStep(this.#edit),
      methods.map(method => renamed(method, names, style)),
      gapBetween(this.#edit, 'methods'),
    );
    return out.toString();
  }

  /** Adds `versions` to the class, below `latest`. */
  addVersions(module: string): string {
    const { node, style, out } = this.#edit;
    const local = importNames(this.#edit, [{ module, name: 'versions', isType: false }]).get('versions');
    const property = `${style.types ? 'override readonly ' : ''}versions = ${local}`;
    const latest = memberNamed(node, 'latest');
    if (latest) addProperty(this.#edit, latest, property, 1);
    else out.appendLeft(startOf(node.body) + 1, `${style.eol}${style.indent}${property}${style.semicolons ? ';' : ''}`);
    return out.toString();
  }

  /** Writes the entry of a step in `steps`. */
  #entrySource(version: number, { compatible, lossy }: StepSource['options']): string | undefined {
    const said = [
      ...(compatible === undefined ? [] : [`compatible: ${compatible}`]),
      ...(lossy === undefined ? [] : [`lossy: ${requoted(stringLiteral(lossy), this.#edit.style.quote)}`]),
    ];
    return said.length > 0 ? `${version}: { ${said.join(', ')} }` : undefined;
  }

  #addEntry(version: number, entry: string, type: string): void {
    const { source, node, out, style } = this.#edit;
    const { eol, indent, unit, commas } = style;
    const member = memberNamed(node, 'steps');
    if (!member) {
      const after = memberNamed(node, 'versions') ?? memberNamed(node, 'latest');
      const lines = [
        `steps${style.types ? `: ${type}` : ''} = {`,
        `${indent}${unit}${entry}${commas ? ',' : ''}`,
        `${indent}}`,
      ];
      if (after) addProperty(this.#edit, after, modifiersFor(this.#edit) + lines.join(eol));
      return;
    }
    const value = valueOf(member);
    if (value?.type !== 'ObjectExpression') {
      throw problemAt(source, value ?? member, `steps is not an object literal. Write it as { ${entry} }.`);
    }
    if (this.#entryOf(version)) {
      throw problemAt(source, value, `steps already has an entry for version ${version}. Remove it first.`);
    }
    if (value.properties.length > 0) return appendItems(this.#edit, value.properties, [entry]);
    const inner = source.text.slice(startOf(value) + 1, endOf(value) - 1);
    const at = startOf(value) + 1 + inner.trimEnd().length;
    if (inner.includes('\n')) out.appendLeft(at, `${eol}${indent}${unit}${entry},`);
    else out.appendLeft(endOf(value) - 1, inner === '' ? ` ${entry} ` : `${entry} `);
  }

  /** Removes an entry from `steps`. Returns the whole property if nothing else is in it. */
  #removeEntry(entry: Syntax | undefined): ClassMember | undefined {
    const { source, node, out } = this.#edit;
    const member = memberNamed(node, 'steps');
    const value = valueOf(member);
    if (value?.type !== 'ObjectExpression' || !entry) return undefined;
    if (value.properties.length > 1) {
      removeItems(source, out, value.properties, new Set([entry]));
      return undefined;
    }
    const [start, end] = [startOf(value) + 1, endOf(value) - 1];
    const before = source.text.slice(start, startOf(entry));
    const isAlone = /^,?\s*$/.test(source.text.slice(endOf(entry), end)) && before.trim() === '';
    if (isAlone && startsLine(source.text, entry)) return member;
    if (isAlone) out.remove(start, end);
    else out.remove(startOf(entry), endOf(entry));
    return undefined;
  }

  /** Returns the methods that lead to a version, and back from it. */
  #methodsOf(version: number): ClassMember[] {
    return stepMembers(this.#edit.node).flatMap(step => (step.version === version ? step.member : []));
  }

  /** Returns the entry of a version in `steps`. */
  #entryOf(version: number): Syntax | undefined {
    const steps = valueOf(memberNamed(this.#edit.node, 'steps'));
    return steps?.type === 'ObjectExpression' ? entriesOf(steps).find(one => one.version === version)?.node : undefined;
  }

  #has(name: string): boolean {
    return memberNamed(this.#edit.node, name) !== undefined;
  }

  #ownType(name: string): WantedName {
    return { module: packageOf(this.#edit.source) ?? 'mikro-orm-dejavu', name, isType: true };
  }
}

/** Tells whether a position is inside one of several nodes. */
function isIn(parts: readonly Syntax[]): (part: Pick<Syntax, 'start' | 'end'>) => boolean {
  return part => parts.some(one => startOf(one) <= startOf(part) && endOf(part) <= endOf(one));
}
