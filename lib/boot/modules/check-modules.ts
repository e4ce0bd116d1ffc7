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
  const twin = definitions.find((definition, index) => definitions.indexOf(definition) < index);
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

/** Walks all of them up from nothing, from one version that raises a need to the next: who cannot go on is in a circle, or waits for one. */
function assertNoCircle(definitions: readonly Checked[]): void {
  const reached = new Map<string, number>();
  const byGuid = new Map(definitions.map(definition => [definition.guid, definition]));
  const stopsOf = ({ latest, raisedAt }: Checked) => [...new Set([...raisedAt.map(version => version - 1), latest])];
  const nextStop = (definition: Checked) =>
    stopsOf(definition).find(version => version > (reached.get(definition.guid) ?? -1));
  const unmetOf = (definition: Checked) =>
    unmetNeeds(definition.needsAt(nextStop(definition) ?? definition.latest), guid => reached.get(guid));
  let open = definitions.filter(definition => nextStop(definition) !== undefined);
  while (open.length > 0) {
    const free = open.filter(definition => unmetOf(definition).length === 0);
    if (free.length === 0) throw circleError(open, byGuid, unmetOf);
    for (const definition of free) reached.set(definition.guid, nextStop(definition) as number);
    open = open.filter(definition => nextStop(definition) !== undefined);
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
