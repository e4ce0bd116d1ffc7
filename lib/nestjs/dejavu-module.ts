// oxlint-disable typescript/no-extraneous-class -- modules of NestJS are classes with nothing in them
import { MikroORM } from '@mikro-orm/core';
import {
  Logger,
  Module,
  type DynamicModule,
  type FactoryProvider,
  type InjectionToken,
  type ModuleMetadata,
} from '@nestjs/common';
import type { SchemaOptions } from '../boot/call.ts';
import { onBoot, type BootOptions } from '../framework/on-boot.ts';
import { copyOf, showOtherCopy } from '../one-copy.ts';
import { isSchemaClass, type Schema } from '../schema.ts';
import { SchemaDefinitionError } from '../errors.ts';
import { BootedSchemas, DejavuHealthModule } from './health-module.ts';
import { untilSignal } from './until-signal.ts';

/** A class that extends Schema, for an ORM of any driver. */
type AnySchemaClass = new (orm: never, options?: never) => Schema;
type SchemaMaker = new (orm: MikroORM, options?: SchemaOptions) => Schema;

/** A Schema of the application. */
export type SchemaEntry =
  | AnySchemaClass
  | {
      readonly schema: AnySchemaClass;
      /** The `contextName` of its ORM, as passed to `MikroOrmModule`. Default: the ORM without a name. */
      readonly contextName?: string | undefined;
      /** Options that `MikroOrmModule` does not have. */
      readonly namespace?: string | undefined;
    };

/** The options that a factory may give as well. */
type LateOptions = Omit<BootOptions, 'signal'> & {
  /** Whether SIGTERM and SIGINT during the boot stop it at a whole version. Default: true. */
  readonly stopOnSignal?: boolean | undefined;
  /** Stops the boot at a whole version. */
  readonly signal?: AbortSignal | undefined;
};

/** The options of {@link DejavuModule.forRoot}. */
export interface DejavuOptions extends LateOptions {
  /** The Schemas, in any order. */
  readonly schemas: readonly SchemaEntry[];
}

/** The options of {@link DejavuModule.forRootAsync}. */
export interface DejavuAsyncOptions extends Pick<ModuleMetadata, 'imports'> {
  /** The Schemas, in any order. NestJS must know their classes, which it injects, before the factory runs. */
  readonly schemas: readonly SchemaEntry[];
  readonly inject?: FactoryProvider['inject'];
  readonly useFactory: (...injected: never[]) => LateOptions | Promise<LateOptions>;
}

const OPTIONS = Symbol('dejavu options');
const BOOT = Symbol('dejavu boot');

/**
 * Brings the database up before the application serves. Import it next to `MikroOrmModule`, which makes the ORM.
 *
 * It finishes before any `onModuleInit`, wherever it is imported. A constructor may run earlier: inject the Schema into a
 * constructor that queries, so that it waits.
 */
export class DejavuModule {
  /** Brings up Schemas with options that are known now. */
  static forRoot({ schemas, ...options }: DejavuOptions): DynamicModule {
    return moduleOf(schemas, [{ provide: OPTIONS, useValue: options }]);
  }

  /** Brings up Schemas with options that come from other providers, such as a ConfigService. */
  static forRootAsync({ schemas, imports = [], inject = [], useFactory }: DejavuAsyncOptions): DynamicModule {
    const factory: FactoryProvider = {
      provide: OPTIONS,
      inject,
      useFactory: useFactory as FactoryProvider['useFactory'],
    };
    return moduleOf(schemas, [factory], imports);
  }
}
// Node.js cannot run decorators.
Module({})(DejavuModule);

function moduleOf(
  schemas: readonly SchemaEntry[],
  options: NonNullable<DynamicModule['providers']>,
  imports: NonNullable<DynamicModule['imports']> = [],
): DynamicModule {
  const entries = listOfEntries(schemas).map(entryOf);
  const boot: FactoryProvider = {
    provide: BOOT,
    inject: [OPTIONS, BootedSchemas, ...entries.map(({ contextName }) => tokenOfOrm(contextName))],
    useFactory: async (late: LateOptions | undefined, booted: BootedSchemas, ...orms: MikroORM[]) => {
      const made = makeAll(entries, orms);
      await bootAll(made, late ?? {});
      booted.list.push(...made);
      return made;
    },
  };
  const injectable = entries.map(({ schema }, index): FactoryProvider => ({
    provide: schema,
    inject: [BOOT],
    useFactory: (booted: readonly Schema[]) => booted[index],
  }));
  return {
    module: DejavuModule,
    global: true,
    imports: [...imports, DejavuHealthModule],
    providers: [...options, boot, ...injectable],
    exports: [...entries.map(({ schema }) => schema), DejavuHealthModule],
  };
}

function listOfEntries(schemas: unknown): readonly SchemaEntry[] {
  if (Array.isArray(schemas)) return schemas as readonly SchemaEntry[];
  throw new SchemaDefinitionError(
    `schemas of DejavuModule is ${typeof schemas === 'function' ? schemas.name : String(schemas)}. Use a list: schemas: [ZooSchema].`,
  );
}

/**
 * Makes the Schemas. Each knows the others, also those made later: a Schema that it depends on may be in another database.
 */
function makeAll(entries: readonly ReturnType<typeof entryOf>[], orms: readonly MikroORM[]): readonly Schema[] {
  const modules: Schema[] = [];
  for (const [index, { schema, namespace }] of entries.entries()) {
    const Class = schema as SchemaMaker;
    modules.push(new Class(orms[index] as MikroORM, { namespace, modules }));
  }
  return modules;
}

function entryOf(entry: SchemaEntry): Exclude<SchemaEntry, AnySchemaClass> {
  const found = typeof entry === 'function' ? { schema: entry } : entry;
  if (isSchemaClass(found?.schema)) return found;
  const given: unknown = found?.schema ?? entry;
  const copy = copyOf(given);
  if (copy !== undefined) {
    throw new SchemaDefinitionError(
      `schemas of DejavuModule: ${showOtherCopy((given as AnySchemaClass).name, copy)} Use one copy for both: \`npm ls mikro-orm-dejavu\` shows who brings which.`,
    );
  }
  throw new SchemaDefinitionError(
    `schemas of DejavuModule has ${typeof given === 'function' ? given.name : String(given)}. List classes that extend Schema: schemas: [ZooSchema].`,
  );
}

/** The token under which `@mikro-orm/nestjs` provides an ORM: the class, or `getMikroORMToken(contextName)`. */
function tokenOfOrm(contextName: string | undefined): InjectionToken {
  return contextName === undefined ? MikroORM : `${contextName}_MikroORM`;
}

async function bootAll(schemas: readonly Schema[], late: LateOptions): Promise<void> {
  const { stopOnSignal = true, logger = new Logger('Dejavu'), signal, ...options } = late;
  const boot = async (stop: AbortSignal | undefined) => onBoot(schemas, { ...options, logger, signal: stop });
  await (stopOnSignal ? untilSignal(boot, signal) : boot(signal));
}
