import { inverse } from '../changes/apply-renames.ts';
import { compareVersions } from '../changes/compare-versions.ts';
import type { RenameOverThree } from '../changes/rename-over-three.ts';
import type { Resolution } from '../changes/resolve-answers.ts';
import type { StorageDescription } from '../models/description.ts';
import { Imports } from '../source-code/import-lines.ts';
import { stringLiteral } from '../source-code/literals.ts';
import { after, before, comment, operationLines } from './operation-calls.ts';
import type { Operation } from './operation.ts';
import { operationsOf } from './order-operations.ts';
import { isAdditive, lossOf } from './step-options.ts';

interface StepSourceOptions {
  /** The version the step leads to. */
  readonly version: number;
  /**
   * The oldest code that may run on the version before.
   *
   * @defaultValue `version - 1`
   */
  readonly compatible?: number | undefined;
}

/** A method with the indentation of a class member. */
interface MethodSource {
  readonly name: string;
  readonly text: string;
}

/** The additions of a new version to the class of a Schema. */
export interface StepSource {
  readonly upgrade: MethodSource;
  readonly downgrade: MethodSource;
  /** The entry of the step in `steps`; absent if it needs none. */
  readonly options: { readonly compatible?: number; readonly lossy?: string };
  /** The data that the step drops: `drops Animal.legs`. */
  readonly loss?: string | undefined;
  /** The imports of the methods, by module. */
  readonly imports: readonly { readonly module: string; readonly names: readonly string[] }[];
  /** The types of frozen versions in the methods, `V3` and `V4`: both for `Step`, or none. */
  readonly types: readonly string[];
}

/**
 * Writes the step to a new version and the way back.
 *
 * @param resolution without open questions
 */
export function stepSource(
  resolution: Resolution,
  { version, compatible = version - 1 }: StepSourceOptions,
): StepSource {
  if (resolution.questions.length > 0) throw new Error('a step cannot be written before every question is answered');
  const imports = new Imports();
  const back = wayBack(resolution);
  const [up, down] = [operationsOf(resolution), operationsOf(back)];
  const [from, to] = [`V${version - 1}`, `V${version}`];
  const plan = resolution.overThree.flatMap(rename => planOf(rename, version).flatMap(comment));
  const upgrade = method(`upgradeTo_${version}`, `Step<${from}, ${to}>`, [...plan, ...linesOf(up, resolution.before)]);
  const downgrade = method(`downgradeTo_${version - 1}`, `Step<${to}, ${from}>`, linesOf(down, back.before));
  const lossy = lossOf(down, back);
  return {
    upgrade,
    downgrade,
    options: {
      ...(isAdditive(resolution.changes) && { compatible }),
      ...(lossy !== undefined && { lossy }),
    },
    loss: lossOf(up, resolution),
    imports: imports.all(),
    types: [from, to].filter(() => [upgrade, downgrade].some(({ text }) => text.includes('(step: Step<'))),
  };

  function linesOf(operations: readonly Operation[], start: StorageDescription): string[] {
    return operations.flatMap(operation => operationLines(operation, { imports, before: start }));
  }
}

/** Writes a step that leaves the storage unchanged, for moving data. */
export function emptyStepSource(version: number): StepSource {
  const [from, to] = [`V${version - 1}`, `V${version}`];
  const [name, type] = [`upgradeTo_${version}`, `Step<${from}, ${to}>`];
  const body = [...PLACE_FOR_DATA, ...comment('Read from step.before, write to step.after.')];
  return {
    upgrade: { name, text: [`async ${name}(step: ${type}) {`, ...body.map(indented), '}'].join('\n') },
    downgrade: method(`downgradeTo_${version - 1}`, `Step<${to}, ${from}>`, PLACE_FOR_DATA),
    options: {},
    imports: [],
    types: [from, to],
  };
}

const PLACE_FOR_DATA = comment('Move data here.');

/** Inverts the differences. Values for existing rows are unknown in that direction. */
function wayBack({ before: old, after: now, renames }: Resolution): Parameters<typeof operationsOf>[0] {
  const back = inverse(renames);
  const changes = compareVersions(now, old, back);
  return { before: now, after: old, renames: back, changes, fills: new Map(), mayDiscard: true };
}

function method(name: string, type: string, lines: readonly string[]): MethodSource {
  const code = lines.filter(line => !line.startsWith('//')).join('\n');
  const sides = ['before', 'after'].filter(side => new RegExp(String.raw`\b${side}\.`).test(code));
  const isIdle = sides.length === 0;
  const body = [
    ...(isIdle ? [] : [`const { ${sides.join(', ')} } = step;`]),
    ...(lines.length > 0 ? lines : comment('The storage does not change.')),
    ...(isIdle && lines.length > 0
      ? comment(`To move data, add the parameter \`step: ${type}\`: read from step.before, write to step.after.`)
      : []),
  ];
  const text = [`async ${name}(${isIdle ? '' : `step: ${type}`}) {`, ...body.map(indented), '}'].join('\n');
  return { name, text };
}

function indented(line: string): string {
  return line.replaceAll(/^(?=.)/gm, '  ');
}

/** Plans the three versions of a rename over three versions. */
function planOf({ entity, from, to }: RenameOverThree, version: number): string[] {
  const refill = `step.fill(${after(entity)}, ${stringLiteral(to)}, sql.ref(…))`;
  return [
    `${entity}.${from} becomes ${to} over three versions, so that no release has to stop.`,
    `Version ${version}, this one: both properties exist. The application writes both, and reads ${from}.`,
    `Version ${version + 1}: ${refill}, because older releases write only ${from}. Then ${to} is not null, and ${from} is nullable. The application reads ${to}, and stops writing ${from} once no release reads it.`,
    `Version ${version + 2}: step.dropProperty(${before(entity)}, ${stringLiteral(from)}).`,
  ];
}
