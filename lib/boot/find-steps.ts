import { SchemaDefinitionError } from '../errors.ts';
import { isVersion, MAX_VERSION } from '../version.ts';

/** A step method, whatever it is typed to take. */
export type StepMethod = (step: never) => unknown;

/** The step methods of a Schema, by the number in their name. */
export interface StepMethods {
  readonly up: ReadonlyMap<number, string>;
  readonly down: ReadonlyMap<number, string>;
}

// not `upgradeTokens`, which is a word
const LOOKS_LIKE_A_STEP = /^(up|down)grade_?to(?![a-z])/i;
const IS_A_STEP = /^(upgrade|downgrade)To_(0|[1-9]\d*)$/;

/**
 * Finds `upgradeTo_N` and `downgradeTo_N` on an instance: its own properties, its class and every class above.
 *
 * @throws {@link SchemaDefinitionError} for a name that was meant to be one and is not, and for one that is no function.
 */
export function findSteps(guid: string, schema: object, root: object): StepMethods {
  const up = new Map<number, string>();
  const down = new Map<number, string>();
  for (const name of namesOf(schema, root)) {
    if (!LOOKS_LIKE_A_STEP.test(name)) continue;
    const [, direction, digits] = IS_A_STEP.exec(name) ?? [];
    const version = Number(digits);
    if (!direction || !isVersion(version)) {
      throw new SchemaDefinitionError(
        `${name} looks like a step, and is none: name it upgradeTo_N or downgradeTo_N, with N a whole number up to ${MAX_VERSION} without leading zeros`,
        { guid },
      );
    }
    if (direction === 'upgrade' && version === 0) {
      throw new SchemaDefinitionError(`upgradeTo_0 leads from nowhere: the first step is upgradeTo_1`, { guid });
    }
    if (typeof Reflect.get(schema, name) !== 'function') {
      throw new SchemaDefinitionError(`${name} is no function: write it as a method`, { guid });
    }
    (direction === 'upgrade' ? up : down).set(version, name);
  }
  return { up, down };
}

function namesOf(schema: object, root: object): Set<string> {
  const names = new Set<string>();
  for (let level: object | null = schema; level && level !== root; level = Object.getPrototypeOf(level)) {
    for (const name of Object.getOwnPropertyNames(level)) names.add(name);
  }
  return names;
}
