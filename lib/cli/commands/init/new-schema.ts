import { basename } from 'node:path';
import type { MikroORM } from '@mikro-orm/core';
import { Schema } from '../../../schema.ts';
import { layOut, list } from '../../../source-code/layout.ts';
import { stringLiteral } from '../../../source-code/literals.ts';
import type { Flags } from '../../line/flags.ts';
import { openTarget, type MadeSchema, type SchemaLocation, type Target } from '../../project/project-schemas.ts';
import { UsageError } from '../../exit-codes.ts';
import { packageName } from './schema-places.ts';

/** The name of a Schema to write. */
interface SchemaNames {
  readonly className: string;
  readonly guid: string;
}

/**
 * Names a new Schema by the command line, or else by the package or the folder.
 *
 * @param others the names of the other Schemas of the project
 */
export function nameSchema(
  { path, name: exported }: SchemaLocation,
  { name, guid: guids }: Pick<Flags, 'name' | 'guid'>,
  others: readonly SchemaNames[] = [],
): SchemaNames {
  if (guids && guids.length > 1)
    throw new UsageError(`A Schema has one guid, and --guid gives several: ${guids.join(', ')}. Give one.`);
  const guid = guids?.[0] ?? packageName() ?? basename(process.cwd());
  const owner = others.find(other => other.guid === guid);
  if (owner) {
    throw new UsageError(
      `The guid '${guid}' belongs to ${owner.className}. Give the new Schema another guid: npx dejavu init --schema ${path} --guid <guid>`,
    );
  }
  const className = name ?? exported ?? classNameFor(guid);
  if (!/^\p{ID_Start}\p{ID_Continue}*$/u.test(className)) {
    throw new UsageError(`'${className}' is not a valid class name. Give another with --name.`);
  }
  return { guid, className };
}

/** Turns `zoo-keeper` into `ZooKeeperSchema`. */
export function classNameFor(guid: string): string {
  const words = guid.split(/[^\p{L}\p{N}]+/u).filter(word => word !== '');
  const said = words.map(word => word.slice(0, 1).toUpperCase() + word.slice(1)).join('');
  const name = /^\p{N}/u.test(said) ? `App${said}` : said;
  return /schema$/i.test(name) ? name : `${name}Schema`;
}

/** Opens a Schema that is not written yet, at its first version. */
export function standInFor(orm: MikroORM, location: SchemaLocation, { className, guid }: SchemaNames): MadeSchema {
  const named = {
    [className]: class extends Schema {
      readonly guid = guid;
      readonly latest = 1;
    },
  };
  const Class = named[className] as new (orm: MikroORM) => Schema;
  const make = (other: MikroORM) => new Class(other);
  return { schema: make(orm), location, make };
}

/** Opens a Schema whose `latest` may not be frozen yet, as if it were frozen. */
export function openUnfrozen(made: MadeSchema): Target {
  const { schema } = made;
  const { versions, latest } = schema;
  if (versions && !(latest in versions)) {
    const load = () => Promise.reject(new Error(`version ${latest} is being frozen`));
    Object.defineProperty(schema, 'versions', { value: { ...versions, [latest]: { fingerprint: 'none', load } } });
  }
  return openTarget(made);
}

interface NewSchema extends SchemaNames {
  readonly latest?: number;
  readonly packageName?: string;
  readonly versionsModule?: string;
  /** Whether overriding members need `override`, which `noImplicitOverride` in tsconfig.json requires. */
  readonly override?: boolean;
  /** The modules of JavaScript; TypeScript by default. */
  readonly language?: 'module' | 'commonjs' | undefined;
  /** What a database has in addition, as paths. */
  readonly extra?: readonly string[] | undefined;
}

/** Writes the source file of a new Schema with its first version. */
export function newSchemaSource(schema: NewSchema): string {
  const { className, guid, latest = 1, override = false, language, extra = [] } = schema;
  if (language !== undefined) return javaScriptSource(schema, language);
  const member = override ? 'override readonly' : 'readonly';
  return `import { Schema } from ${stringLiteral(schema.packageName ?? 'mikro-orm-dejavu')};
import { versions } from ${stringLiteral(schema.versionsModule ?? './versions/index.ts')};

export class ${className} extends Schema {
  readonly guid = ${stringLiteral(guid)};
  readonly latest = ${latest};
  ${member} versions = versions;${extra.length === 0 ? '' : extraLines(`${member} `, extra)}
}
`;
}

function javaScriptSource(schema: NewSchema, language: 'module' | 'commonjs'): string {
  const { className, guid, latest = 1, versionsModule = './versions/index.js', extra = [] } = schema;
  const named = { Schema: schema.packageName ?? 'mikro-orm-dejavu', versions: versionsModule };
  const isModule = language === 'module';
  const imports = Object.entries(named).map(([name, module]) =>
    isModule
      ? `import { ${name} } from ${stringLiteral(module)};\n`
      : `const { ${name} } = require(${stringLiteral(module)});\n`,
  );
  return `${imports.join('')}
${isModule ? 'export ' : ''}class ${className} extends Schema {
  guid = ${stringLiteral(guid)};
  latest = ${latest};
  versions = versions;${extra.length === 0 ? '' : extraLines('', extra)}
}
${isModule ? '' : `\nmodule.exports = { ${className} };\n`}`;
}

/** Writes the list of what only the database has. */
function extraLines(member: string, extra: readonly string[]): string {
  const all = layOut(list(`${member}extra = [`, extra.map(stringLiteral), '];'), '  ');
  return `\n  /** In the databases that were there first, and in no entity. */\n  ${all}`;
}
