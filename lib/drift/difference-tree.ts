import type { LiveCheck, LiveColumn, LiveForeignKey, LiveIndex } from '../dialects/table-changes.ts';
import { showName } from '../dialects/table-names.ts';
import type { Difference } from '../difference.ts';

/**
 * Shows differences as a tree, one line each: the table, its parts, and how they differ. Two spaces per level, no line break
 * at the end.
 */
export function showDifferences(differences: readonly Difference[]): string {
  const tables = Map.groupBy(differences, ({ path }) => path[0] ?? '');
  return [...tables].flatMap(([table, found]) => showTable(table, found)).join('\n');
}

function showTable(table: string, found: readonly Difference[]): string[] {
  const [whole] = found.filter(({ path }) => path.length === 1);
  if (whole) return [`${table} is ${whole.kind}`];
  const parts = Map.groupBy(found, ({ path }) => partOf(path).join(' '));
  return [table, ...[...parts].flatMap(([part, differences]) => showPart(part, differences)).map(line => `  ${line}`)];
}

/** What belongs to a table, as far as it has a name, without the aspect in which it differs. */
function partOf([, part = '', name]: readonly string[]): string[] {
  return name === undefined ? [part] : [part, name];
}

interface ShownLine {
  /** None, where the whole part is missing or extra. */
  readonly aspect: string | undefined;
  readonly said: string;
}

function showPart(part: string, found: readonly Difference[]): string[] {
  const lines = found.flatMap(({ kind, path, live, wanted, fix }): ShownLine[] => {
    if (kind !== 'different')
      return [{ aspect: undefined, said: `is ${kind}${showThing(kind === 'extra' ? live : wanted)}` }];
    const differs = { aspect: path[3], said: `is ${showValue(live)}, wanted ${showValue(wanted)}` };
    return fix === undefined ? [differs] : [differs, { aspect: 'run', said: fix }];
  });
  if (lines.every(({ aspect }) => aspect === undefined)) return lines.map(({ said }) => `${part} ${said}`);
  return [part, ...lines.map(({ aspect, said }) => `  ${aspect === undefined ? said : `${aspect} ${said}`}`)];
}

function showValue(value: unknown): string {
  if (value === undefined) return 'none';
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return `(${value.map(String).join(', ')})`;
  return JSON.stringify(value);
}

/** Shows a missing or extra part in a few words, if its name does not. */
function showThing(thing: unknown): string {
  const said = describe(thing);
  return said === undefined || said === '' ? '' : `: ${said}`;
}

function describe(thing: unknown): string | undefined {
  if (typeof thing === 'string') return thing;
  if (Array.isArray(thing)) return `(${thing.join(', ')})`;
  if (typeof thing !== 'object' || thing === null) return undefined;
  if ('references' in thing) return showForeignKey(thing as LiveForeignKey);
  if ('expression' in thing) return (thing as LiveCheck).expression;
  if ('definition' in thing) return (thing as LiveIndex).definition;
  return 'type' in thing ? showColumn(thing as LiveColumn) : undefined;
}

function showForeignKey({ references, referencedColumns }: LiveForeignKey): string {
  return `to ${showName(references)} (${referencedColumns.join(', ')})`;
}

function showColumn({ type, nullable, default: given, generated }: LiveColumn): string {
  return [
    type,
    nullable ? 'null' : 'not null',
    ...(given === undefined ? [] : [`default ${given}`]),
    ...(generated === undefined ? [] : [`generated ${generated}`]),
  ].join(' ');
}
