import { SchemaDefinitionError } from '../errors.ts';
import { isVersion, MAX_VERSION, type Code } from '../version.ts';
import type { FrozenVersion, Versions } from '../models/version-module.ts';
import { readNeeds, type Needs, type NeedsByVersion } from './modules/needs.ts';
import { compatibleAt } from './compatible.ts';

/** The step methods of a Schema, by the number in their name. */
interface StepMethods {
  readonly up: ReadonlyMap<number, string>;
  readonly down: ReadonlyMap<number, string>;
}

/** The options of one step. */
export interface StepOptions {
  /**
   * The oldest version of the code that may keep running after this step. Default: the number of the step, so only code
   * that knows the step may run.
   */
  readonly compatible?: number;
  /**
   * Whether foreign-key actions (`on delete cascade`) fire in this step on SQLite, where they are off while steps run. A
   * step with `'on'` may not rebuild a table, and runs in a separate transaction.
   *
   * @defaultValue `'off'`
   */
  readonly foreignKeys?: 'on' | 'off';
  /**
   * What data the step loses, in words: a text for the step back from this version, or `{ up, down }`. Such a step runs
   * only with `{ allowLoss: true }`; otherwise the call throws {@link SchemaTargetError}.
   */
  readonly lossy?: string | DeclaredLoss;
  /**
   * The versions of other Schemas that this step and all later ones need, by guid: `{ accounts: 5 }`. The step does not run
   * before they are reached.
   */
  readonly dependsOn?: Needs;
}

/** What data a step loses, in words, by direction. */
export interface DeclaredLoss {
  /** What the step up to this version loses. */
  readonly up?: string;
  /** What the step back from this version loses. */
  readonly down?: string;
}

/** {@link StepOptions} by version. */
export type Steps = Readonly<Record<number, StepOptions>>;

/** The class, read and checked. */
export interface Definition extends Code, StepMethods, NeedsByVersion {
  readonly guid: string;
  /** Whether the class adds rows to a fresh installation. */
  readonly hasOnInstall: boolean;
  /** Whether the class changes the rows of a dump that is restored. */
  readonly hasOnRestore: boolean;
  /** What the database may have in addition to the frozen versions, as paths. */
  readonly extra: readonly string[];
  /** The oldest version of the code that may run on a database that reached `version` by itself. */
  compatibleAt(version: number): number;
  optionsOf(version: number): StepOptions;
  versionOf(version: number): FrozenVersion | undefined;
  /** The numbers of the frozen versions, in order. */
  readonly frozen: readonly number[];
}

/** What a definition is read from. */
interface Definable {
  readonly guid: string;
  readonly latest: number;
  readonly steps?: Steps;
  readonly versions?: Versions | undefined;
  readonly extra?: readonly string[] | undefined;
  readonly dependsOn?: Needs | undefined;
}

const KEYS: readonly string[] = ['compatible', 'foreignKeys', 'lossy', 'dependsOn'] satisfies (keyof StepOptions)[];
const LONGEST_GUID = 255;

/**
 * Reads and checks the definition. A base constructor runs before a subclass's fields exist, so this happens at the first
 * call of any method, before anything is sent.
 *
 * @throws {@link SchemaDefinitionError}
 */
export function define(schema: Definable, root: object): Definition {
  const { guid, latest } = schema;
  if (typeof guid !== 'string' || guid.trim() === '' || guid.length > LONGEST_GUID || guid.includes('\0')) {
    throw new SchemaDefinitionError(
      `${schema.constructor.name}.guid is ${show(guid)}. Use a name of 1 to ${LONGEST_GUID} characters that never changes: readonly guid = 'zoo'.`,
    );
  }
  if (!isVersion(latest)) {
    throw new SchemaDefinitionError(`latest is ${show(latest)}. Use a whole number from 0 to ${MAX_VERSION}.`, {
      guid,
    });
  }
  const methods = findSteps(guid, schema, root);
  const baseline = baselineOf(guid, latest, methods);
  const options = checkOptions(guid, latest, schema.steps === undefined ? {} : schema.steps);
  const versions = checkVersions(guid, latest, schema.versions);
  const extra = checkExtra(guid, schema.extra ?? []);
  const needs = readNeeds({ guid, dependsOn: schema.dependsOn, steps: options });
  return {
    ...needs,
    guid,
    latest,
    baseline,
    ...methods,
    extra,
    hasOnInstall: hasHook('onInstall', schema, root),
    hasOnRestore: hasHook('onRestore', schema, root),
    optionsOf: version => options[version] ?? {},
    compatibleAt: version => compatibleAt(version, options),
    versionOf: version => versions[version],
    frozen: Object.keys(versions).map(Number),
    fingerprintOf: version => versions[version]?.fingerprint,
  };
}

/** @throws {@link SchemaDefinitionError} */
function checkExtra(guid: string, extra: unknown): readonly string[] {
  const isList = Array.isArray(extra) && extra.every(path => typeof path === 'string' && path.trim() !== '');
  if (isList) return extra as readonly string[];
  throw new SchemaDefinitionError(
    `extra is ${show(extra)}. Use a list of paths, for example ['animal.index.by_length'].`,
    {
      guid,
    },
  );
}

const LOOKS_LIKE_A_HOOK = /^on_?(?:install|restore)$/i;
// not `upgradeTokens`, which is a word
const LOOKS_LIKE_A_STEP = /^(up|down)grade_?to(?![a-z])/i;
const IS_A_STEP = /^(upgrade|downgrade)To_(0|[1-9]\d*)$/;

/**
 * Finds `upgradeTo_N` and `downgradeTo_N` on an instance: its own properties, its class and every class above.
 *
 * @throws {@link SchemaDefinitionError} for a name that was meant to be one and is not, and for one that is no function.
 */
function findSteps(guid: string, schema: object, root: object): StepMethods {
  const prototype: object = Object.getPrototypeOf(schema) as object;
  const isOfItsClass = !Object.getOwnPropertyNames(schema).some(name => LOOKS_LIKE_A_STEP.test(name));
  const known = isOfItsClass ? stepsOfClasses.get(prototype) : undefined;
  if (known) return known;
  const methods = readSteps(guid, schema, root);
  if (isOfItsClass) stepsOfClasses.set(prototype, methods);
  return methods;
}

// A boot makes its own instance, and a class has the same steps as before.
const stepsOfClasses = new WeakMap<object, StepMethods>();

function readSteps(guid: string, schema: object, root: object): StepMethods {
  const up = new Map<number, string>();
  const down = new Map<number, string>();
  for (const name of namesOf(schema, root)) {
    if (LOOKS_LIKE_A_HOOK.test(name)) checkHook(guid, name, Reflect.get(schema, name));
    if (!LOOKS_LIKE_A_STEP.test(name)) continue;
    const [, direction, digits] = IS_A_STEP.exec(name) ?? [];
    const version = Number(digits);
    if (!direction || !isVersion(version)) {
      throw new SchemaDefinitionError(
        `${name} looks like a step, but its name is not valid. Name it upgradeTo_N or downgradeTo_N, where N is a whole number up to ${MAX_VERSION} without leading zeros.`,
        { guid },
      );
    }
    if (direction === 'upgrade' && version === 0) {
      throw new SchemaDefinitionError(
        `upgradeTo_0 has no version to start from. The first possible step is upgradeTo_1.`,
        { guid },
      );
    }
    if (typeof Reflect.get(schema, name) !== 'function') {
      throw new SchemaDefinitionError(`${name} is not a function. Write it as a method: async ${name}(step) {}.`, {
        guid,
      });
    }
    (direction === 'upgrade' ? up : down).set(version, name);
  }
  return { up, down };
}

/** A hook by another name would never run, without a word. */
function checkHook(guid: string, name: string, hook: unknown): void {
  const right = /install/i.test(name) ? 'onInstall' : 'onRestore';
  if (name !== right)
    throw new SchemaDefinitionError(`${name} looks like the hook ${right}, but would never run. Name it ${right}.`, {
      guid,
    });
  if (hook !== undefined && typeof hook !== 'function')
    throw new SchemaDefinitionError(`${name} is not a function. Write it as a method: async ${name}(step) {}.`, {
      guid,
    });
}

/** A field that is only declared is none. */
function hasHook(name: string, schema: object, root: object): boolean {
  const hook: unknown = Reflect.get(schema, name);
  return hook !== undefined && hook !== Reflect.get(root, name);
}

function namesOf(schema: object, root: object): Set<string> {
  const names = new Set<string>();
  for (let level: object | null = schema; level && level !== root; level = Object.getPrototypeOf(level)) {
    for (const name of Object.getOwnPropertyNames(level)) names.add(name);
  }
  return names;
}

const baselines = new WeakMap<StepMethods, Map<number, number>>();

/** Answers the oldest deployed version the steps can start from. */
function baselineOf(guid: string, latest: number, methods: StepMethods): number {
  const known = baselines.get(methods) ?? new Map<number, number>();
  const baseline = known.get(latest) ?? checkContiguous(guid, latest, methods);
  baselines.set(methods, known.set(latest, baseline));
  return baseline;
}

function checkContiguous(guid: string, latest: number, { up, down }: StepMethods): number {
  for (const version of up.keys()) {
    if (version > latest) {
      throw new SchemaDefinitionError(
        `upgradeTo_${version} leads past latest, which is ${latest}. Set latest = ${version}.`,
        { guid },
      );
    }
  }
  for (const version of down.keys()) {
    if (version >= latest) {
      throw new SchemaDefinitionError(
        `downgradeTo_${version} starts from version ${version + 1}, but latest is ${latest}. Set latest = ${version + 1}.`,
        { guid },
      );
    }
  }
  if (up.size === 0) return latest;
  const first = Math.min(...up.keys());
  for (let version = first; version <= latest; version += 1) {
    if (!up.has(version)) {
      throw new SchemaDefinitionError(
        `upgradeTo_${version} is missing between upgradeTo_${first} and latest, which is ${latest}. Write it; leave it empty if there is nothing to do: async upgradeTo_${version}() {}.`,
        { guid },
      );
    }
  }
  return first - 1;
}

function checkOptions(guid: string, latest: number, steps: Steps): Steps {
  if (typeof steps !== 'object' || steps === null)
    throw new SchemaDefinitionError(
      `steps is ${show(steps)}. Use an object with versions as keys: { 2: { compatible: 1 } }.`,
      { guid },
    );
  for (const [key, options] of Object.entries(steps)) {
    const version = Number(key);
    if (!isVersion(version) || String(version) !== key || version < 1 || version > latest) {
      throw new SchemaDefinitionError(
        `steps has the key ${show(key)}. Use versions from 1 to ${latest} (latest) as keys.`,
        { guid },
      );
    }
    if (typeof options !== 'object' || options === null)
      throw new SchemaDefinitionError(`steps[${key}] is ${show(options)}. Use an object: { compatible: 1 }.`, { guid });
    for (const name of Object.keys(options)) {
      if (!KEYS.includes(name))
        throw new SchemaDefinitionError(
          `steps[${key}] has the unknown key ${show(name)}. The keys are ${KEYS.join(', ')}.`,
          {
            guid,
          },
        );
    }
    const { compatible, foreignKeys, lossy } = options;
    if (compatible !== undefined && !(isVersion(compatible) && compatible <= version)) {
      throw new SchemaDefinitionError(
        `steps[${key}].compatible is ${show(compatible)}. Use a version from 0 to ${version}.`,
        { guid },
      );
    }
    if (foreignKeys !== undefined && foreignKeys !== 'on' && foreignKeys !== 'off') {
      throw new SchemaDefinitionError(`steps[${key}].foreignKeys is ${show(foreignKeys)}. Use 'on' or 'off'.`, {
        guid,
      });
    }
    if (lossy !== undefined && !isDeclaredLoss(lossy)) {
      const shown = typeof lossy === 'object' ? JSON.stringify(lossy) : show(lossy);
      throw new SchemaDefinitionError(
        `steps[${key}].lossy is ${shown}. Describe what the step back loses, 'loses the legs', or use { up: '…', down: '…' }.`,
        { guid },
      );
    }
  }
  return steps;
}

function isDeclaredLoss(lossy: unknown): boolean {
  if (typeof lossy !== 'object' || lossy === null) return isText(lossy);
  const entries = Object.entries(lossy);
  return entries.length > 0 && entries.every(([way, what]) => (way === 'up' || way === 'down') && isText(what));
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value.trim() !== '';
}

function checkVersions(guid: string, latest: number, versions: Versions | undefined): Versions {
  if (versions === undefined) return {};
  if (typeof versions !== 'object' || versions === null)
    throw new SchemaDefinitionError(
      `versions is ${show(versions)}. Use an object with versions as keys: import { versions } from './versions/index.ts'.`,
      { guid },
    );
  for (const [key, frozen] of Object.entries(versions)) {
    const version = Number(key);
    if (!isVersion(version) || String(version) !== key || version > latest) {
      throw new SchemaDefinitionError(
        `versions has the key ${show(key)}. Use versions from 0 to ${latest} (latest) as keys.`,
        { guid },
      );
    }
    if (typeof frozen?.fingerprint !== 'string' || typeof frozen.load !== 'function') {
      throw new SchemaDefinitionError(
        `versions[${key}] has no fingerprint or no load(). Write { fingerprint: '…', load: () => import('./${key}.ts') }.`,
        { guid },
      );
    }
  }
  if (!(latest in versions))
    throw new SchemaDefinitionError(
      `versions has no version ${latest}, which is latest. Freeze the entities: \`npx dejavu init\`.`,
      { guid },
    );
  return versions;
}

function show(value: unknown): string {
  if (typeof value === 'string') return `'${JSON.stringify(value).slice(1, -1)}'`;
  return typeof value === 'bigint' ? `${value}n` : String(value);
}
