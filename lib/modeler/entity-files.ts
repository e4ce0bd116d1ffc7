import { by } from '../models/description.ts';
import { Imports } from '../source-code/import-lines.ts';
import { layOut, list } from '../source-code/layout.ts';
import { stringLiteral } from '../source-code/literals.ts';
import { withoutTypes } from '../source-code/without-types.ts';
import { DeclaredReading, type DeclaredSource } from '../version-file/declared-entities.ts';
import { blockSource, exportName } from '../version-file/entity-block.ts';
import { entitySource } from '../version-file/entity-source.ts';
import { decoratedEntity, type DecoratorKind } from './decorators/decorated-entity.ts';
import type { EntityModel } from './entity-model.ts';
import { wordsOf } from './entity-names.ts';

/** A file of source to write. */
interface SourceFile {
  /** Its name, without a folder. */
  readonly name: string;
  readonly text: string;
}

/** The endings of files, in imports and in their names. JavaScript has no types. */
interface FileForm {
  readonly extension: string;
  readonly ending: string;
}

/** Writes a file for each entity as a call of `defineEntity`, and an index of all. */
export function entityFiles(source: DeclaredSource, { extension, ending }: FileForm): SourceFile[] {
  const reading = new DeclaredReading(source);
  const declared = reading.entities(() => true);
  const names = declared.map(({ meta }) => meta.className).toSorted();
  const files = declared.map((entity): SourceFile => {
    const { className } = entity.meta;
    const block = entitySource(entity, reading, new Set(names));
    const exported = exportName(className);
    const imports = block.imports.with(undefined);
    const typed = blockSource({ ...block, imports });
    const text = ending.endsWith('ts') ? typed : withoutTypes(typed);
    const used = new Set(text.match(/[\p{ID_Start}$_][\p{ID_Continue}$]*/gu) ?? []);
    for (const { targetMeta, pivotEntity } of entity.meta.relations) {
      const pivot = pivotEntity && reading.reading.metadata.find(pivotEntity);
      for (const { className: target } of [targetMeta, pivot].flatMap(meta => meta ?? [])) {
        if (target !== className && names.includes(target) && used.has(exportName(target)))
          imports.use(importOf(target, extension), exportName(target));
      }
    }
    const isTyped = ending.endsWith('ts');
    if (isTyped) imports.use('@mikro-orm/core', 'type InferEntity');
    const type = isTyped ? `\nexport type ${exported} = InferEntity<typeof ${exported}>;\n` : '';
    return { name: `${nameOf(className)}${ending}`, text: `${imports.lines().join('\n')}\n\n${text}\n${type}` };
  });
  return [...files, indexFile(names, { extension, ending })].toSorted(by(({ name }) => name));
}

/** Writes a file for each entity as a class with decorators, and an index of all. */
export function decoratedFiles(
  models: readonly EntityModel[],
  { decorators, ...form }: FileForm & { readonly decorators: DecoratorKind },
): SourceFile[] {
  const names = models.map(({ className }) => className).toSorted();
  const importsOf = (className: string) => importOf(className, form.extension);
  const files = models.map((model): SourceFile => ({
    name: `${nameOf(model.className)}${form.ending}`,
    text: decoratedEntity(model, { decorators, names, importOf: importsOf }),
  }));
  return [...files, indexFile(names, form)].toSorted(by(({ name }) => name));
}

/** Writes the index: all that the files export, and the list for MikroORM's configuration. */
function indexFile(classNames: readonly string[], { extension, ending }: FileForm): SourceFile {
  const imports = new Imports();
  for (const name of classNames) imports.use(importOf(name, extension), exportName(name));
  const exports = classNames.map(name => `export * from ${stringLiteral(importOf(name, extension))};`);
  const all = layOut(list('export const entities = [', classNames.map(exportName), '];'));
  return {
    name: `index${ending}`,
    text: `${imports.lines().join('\n')}\n\n${exports.join('\n')}\n\n/** All entities, for the configuration of MikroORM. */\n${all}\n`,
  };
}

/** Turns `FilmActor` into `film-actor`. */
function nameOf(className: string): string {
  const name = wordsOf(className).join('-').toLowerCase();
  return name === 'index' ? 'index-entity' : name;
}

function importOf(className: string, extension: string): string {
  return `./${nameOf(className)}${extension}`;
}
