import type { StepSource } from '../../step-source/step-methods.ts';
import { openEdit, type Edit } from './edit.ts';
import type { Place } from './find-class.ts';
import { importNames, type Want } from './imports.ts';
import { insertStep } from './insert-step.ts';
import { memberNamed } from './members.ts';
import { restyle } from './restyle.ts';
import { extensionOf, packageOf, versionsModuleOf } from './schema-source.ts';
import { entrySource } from './steps-entry.ts';

export interface NewStep {
  /** `latest` plus one. */
  readonly version: number;
  readonly step: StepSource;
  /**
   * Where `versions` and its types are to be imported from, if the file imports them from nowhere yet.
   *
   * @defaultValue `'./versions/index.ts'`, with the extension that the file's other imports have
   */
  readonly versionsModule?: string | undefined;
  /**
   * Where `Step` and `Steps` are to be imported from, if the file does not import `Schema` itself.
   *
   * @defaultValue `'mikro-orm-dejavu'`
   */
  readonly packageName?: string | undefined;
}

/**
 * Adds a step to a class: its two methods, its entry in `steps` if there is something to say, `versions` and the imports
 * that are missing, and sets `latest`. All else stays to the letter, and what is added is written as the file is.
 *
 * @throws UsageError as {@link readSchemaSource} does, and for a class that has the step already
 */
export function addStep(text: string, place: Place, added: NewStep): string {
  const { version, step } = added;
  const edit = openEdit(text, place);
  const entry = entrySource(version, step.options, edit.style);
  const methods = [step.upgrade, step.downgrade];
  const hasVersions = memberNamed(edit.node, 'versions') !== undefined;
  const hasSteps = memberNamed(edit.node, 'steps') !== undefined;
  const names = importNames(edit, [
    ...(methods.some(method => method.text.includes('(step: Step<')) ? [fromPackage('Step')] : []),
    ...(entry !== undefined && !hasSteps ? [fromPackage('Steps')] : []),
    ...step.imports.flatMap(({ module, names: used }) => used.map(name => ({ module, name, isType: false }))),
    ...(hasVersions ? [] : [fromVersions('versions', false)]),
    ...step.types.map(type => fromVersions(type, true)),
  ]);
  insertStep(edit, place, version, {
    methods: methods.map(method => restyle(method.text, edit.style, names)),
    entry,
    type: names.get('Steps') ?? 'Steps',
    versions: names.get('versions'),
  });
  return edit.out.toString();

  function fromPackage(name: string): Want {
    return { module: packageOf(edit.file) ?? added.packageName ?? 'mikro-orm-dejavu', name, isType: true };
  }

  function fromVersions(name: string, isType: boolean): Want {
    return { module: moduleOfVersions(edit, added), name, isType };
  }
}

function moduleOfVersions({ file, node }: Edit, { versionsModule }: NewStep): string {
  const usual = { '.ts': './versions/index.ts', '.js': './versions/index.js', '': './versions' };
  return versionsModuleOf(file, node) ?? versionsModule ?? usual[extensionOf(file) ?? '.ts'];
}
