import { SchemaDefinitionError } from '../../errors.ts';
import type { Definition } from '../definition.ts';
import { unmetNeeds } from './needs.ts';

type Checked = Pick<Definition, 'guid' | 'latest' | 'needsAt' | 'raisedAt'>;

/**
 * Checks what several Schemas need of each other. Pure.
 *
 * @throws {@link SchemaDefinitionError} for two Schemas of one guid, a need that none of them can meet, and a circle
 */
export function checkModules(definitions: readonly Checked[]): void {
  const byGuid = new Map(definitions.map(definition => [definition.guid, definition]));
  const isTwice = new Set(definitions).size < definitions.length;
  const twin = isTwice && definitions.find((definition, index) => definitions.indexOf(definition) < index);
  if (twin) throw new SchemaDefinitionError('the list has this Schema twice. Remove one of them.', { guid: twin.guid });
  if (byGuid.size < definitions.length) {
    const other = definitions.find(definition => byGuid.get(definition.guid) !== definition);
    throw new SchemaDefinitionError(
      'the list has two Schemas with this guid. Give each a different guid. For several databases of one Schema, call upgradeAll once for each.',
      { guid: other?.guid },
    );
  }
  for (const { guid, latest, needsAt } of definitions) {
    for (const [needed, version] of needsAt(latest)) {
      const other = byGuid.get(needed);
      if (!other) {
        throw new SchemaDefinitionError(
          `dependsOn names ${needed}, and no Schema of the list has that guid. Add it to the list, or correct the guid. The list has: ${[...byGuid.keys()].join(', ')}.`,
          { guid },
        );
      }
      if (version > other.latest) {
        throw new SchemaDefinitionError(
          `dependsOn needs ${needed} at version ${version}, but latest of ${needed} is ${other.latest}. Correct the version, or use a newer release of ${needed}.`,
          { guid },
        );
      }
    }
  }
  assertNoCircle(definitions);
}

/**
 * Walks all of them up from nothing, from one version that raises a need to the next: who cannot go on is in a circle, or waits
 * for one. Who waits for another is looked at again when that one has come further, and not before.
 */
function assertNoCircle(definitions: readonly Checked[]): void {
  const walks = new Map(definitions.map(definition => [definition.guid, new Walk(definition)]));
  const waiting = new Map<string, Walk[]>();
  const waitersFor = (guid: string) => {
    const waiters = waiting.get(guid) ?? [];
    waiting.set(guid, waiters);
    return waiters;
  };
  let ready = [...walks.values()];
  while (ready.length > 0) {
    const next: Walk[] = [];
    for (const walk of ready) {
      const before = walk.reached;
      const missing = walk.goOn(guid => walks.get(guid)?.reached);
      if (missing !== undefined) waitersFor(missing.guid).push(walk);
      if (walk.reached === before) continue;
      next.push(...(waiting.get(walk.guid) ?? []));
      waiting.delete(walk.guid);
    }
    ready = next;
  }
  const open = definitions.filter(({ guid }) => walks.get(guid)?.isAtEnd === false);
  if (open.length === 0) return;
  const byGuid = new Map(definitions.map(definition => [definition.guid, definition]));
  const unmetOf = ({ guid, needsAt, latest }: Checked) =>
    unmetNeeds(needsAt(walks.get(guid)?.next ?? latest), needed => walks.get(needed)?.reached);
  throw circleError(open, byGuid, unmetOf);
}

/** How far one Schema has come, and the first need that it has not found met. */
class Walk {
  readonly guid: string;
  reached: number | undefined;
  readonly #definition: Checked;
  readonly #stops: readonly number[];
  #stop = 0;
  #needs: readonly (readonly [string, number])[] | undefined;
  #met = 0;

  constructor(definition: Checked) {
    const { guid, latest, raisedAt } = definition;
    this.guid = guid;
    this.#definition = definition;
    this.#stops = [...new Set([...raisedAt.map(version => version - 1), latest])];
  }

  get next(): number | undefined {
    return this.#stops[this.#stop];
  }

  get isAtEnd(): boolean {
    return this.next === undefined;
  }

  /** Goes on as far as needs are met. Returns the first one that is not. */
  goOn(reachedBy: (guid: string) => number | undefined): { readonly guid: string } | undefined {
    for (let next = this.next; next !== undefined; next = this.next) {
      this.#needs ??= [...this.#definition.needsAt(next)];
      for (; this.#met < this.#needs.length; this.#met++) {
        const [guid, version] = this.#needs[this.#met] as readonly [string, number];
        if ((reachedBy(guid) ?? -1) < version) return { guid };
      }
      this.reached = next;
      this.#stop++;
      this.#needs = undefined;
      this.#met = 0;
    }
    return undefined;
  }
}

function circleError(
  open: readonly Checked[],
  byGuid: ReadonlyMap<string, Checked>,
  unmetOf: (definition: Checked) => ReturnType<typeof unmetNeeds>,
): SchemaDefinitionError {
  const path: Checked[] = [];
  for (let one: Checked | undefined = open[0]; one && !path.includes(one);) {
    path.push(one);
    one = byGuid.get(unmetOf(one)[0]?.guid ?? '');
  }
  const back = byGuid.get(unmetOf(path.at(-1) as Checked)[0]?.guid ?? '');
  const circle = path.slice(path.indexOf(back as Checked));
  const shown = circle.map(definition => {
    const [need] = unmetOf(definition);
    return `${definition.guid} needs ${need?.guid} at version ${need?.needs}`;
  });
  return new SchemaDefinitionError(
    `dependsOn leads in a circle: ${shown.join(', ')}. None of them can be first. Remove one of them from dependsOn, or move it to the step that needs it.`,
    { guid: circle[0]?.guid },
  );
}
