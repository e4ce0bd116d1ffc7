import { existsSync, readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import type { MikroORM } from '@mikro-orm/core';
import { endOf, importsOf, parseSource, startOf } from '../../../class-source/syntax.ts';
import { entityTargets } from '../../../mikro-orm/entity-registry.ts';
import { stringLiteral } from '../../../source-code/literals.ts';
import { isProtected } from '../../../store/bookkeeping/protect-tables.ts';
import type { FileChange } from '../../project/file-changes.ts';
import { configurationPaths } from '../../project/mikro-orm-settings.ts';
import { isNamed, optionsIn, withOption, withProtection } from '../init/protect-config.ts';
import { isIncluded } from '../init/schema-places.ts';

/** The change that adds the new entities to MikroORM's configuration. */
interface ConfiguredEntities {
  readonly changes: readonly FileChange[];
  /** The lines that the user must add, if the file cannot be changed. */
  readonly byHand: string | undefined;
}

interface NewEntities {
  /** The project's ORM, without the new entities. */
  readonly orm: MikroORM;
  readonly modelled: MikroORM;
  /** The file that exports all entities, as an absolute path. */
  readonly index: string;
  /** The file ending in imports. */
  readonly extension: string;
}

/** Adds the new entities to MikroORM's configuration, and that its schema generator leaves our tables alone. */
export function configureEntities(
  { orm, modelled, index, extension }: NewEntities,
  config: string | undefined,
): ConfiguredEntities {
  const found = (config === undefined ? configurationPaths() : [config]).find(candidate => existsSync(candidate));
  const path = found === undefined ? undefined : resolve(found);
  const { paths, baseDir } = entityTargets(orm);
  const isFound = isIncluded(index.replace(/index(?=\.\w+$)/, 'entity'), paths, baseDir);
  const from = relative(dirname(path ?? resolve('mikro-orm.config.ts')), index).replaceAll('\\', '/');
  const module = `${from.startsWith('.') ? '' : './'}${from.replace(/\.\w+$/, extension)}`;
  const line = `import { entities } from ${stringLiteral(module)};`;
  const byHand = isFound ? undefined : `add the entities to MikroORM's configuration: ${line} and the option entities,`;
  if (path === undefined) return { changes: [], byHand };
  const before = readFileSync(path, 'utf8');
  const configured = isFound ? before : withEntities(before, path, line);
  const guarded = isProtected(modelled) ? undefined : withProtection(configured ?? before, path);
  const after = guarded ?? configured ?? before;
  return {
    changes: after === before ? [] : [{ path, before, after }],
    byHand: configured === undefined ? byHand : undefined,
  };
}

/** Adds the import and the option to the text of a configuration; `undefined` where its options are not written out in it. */
function withEntities(text: string, path: string, line: string): string | undefined {
  const options = optionsIn(text, path);
  if (!options || importsOf(parseSource(text, path)).length === 0) return undefined;
  const given = options.properties.find(property => isNamed(property, 'entities') || isNamed(property, 'entitiesTs'));
  const isEmpty =
    given?.type === 'ObjectProperty' && given.value.type === 'ArrayExpression' && given.value.elements.length === 0;
  if (given && !isEmpty) return undefined;
  const listed = isEmpty
    ? `${text.slice(0, startOf(given))}entities${text.slice(endOf(given))}`
    : withOption(text, options, 'entities');
  const imports = importsOf(parseSource(listed, path));
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const last = imports.at(-1);
  if (!last) return `${line}${eol}${eol}${listed}`;
  return `${listed.slice(0, endOf(last))}${eol}${line}${listed.slice(endOf(last))}`;
}
