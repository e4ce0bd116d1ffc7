import { DependencyMissingError, StillNeededError, type Dependency } from '../../errors.ts';
import type { Definition } from '../definition.ts';
import type { Asked, Move } from '../decide.ts';
import { unmetNeeds } from './needs.ts';
import { stillNeeded, type Others } from './others.ts';

/** Refuses what other Schemas are in the way of: those that this one depends on, and on the way back those that depend on it. Pure. */
export function heedNeeds(move: Move, asked: Asked, others: Others, definition: Definition): Move {
  const { guid } = definition;
  if (asked.verb === 'downgrade') {
    const neededBy = move.kind === 'run' ? stillNeeded(guid, asked.target, others) : [];
    return neededBy.length === 0
      ? move
      : { kind: 'refuse', error: new StillNeededError(asked.target, { guid, neededBy }) };
  }
  const needing = needingOf(move, others, definition);
  if (!needing) return move;
  const error = new DependencyMissingError(needing.what, { guid, missing: needing.missing });
  return { kind: asked.verb === 'waitForVersion' ? 'wait' : 'refuse', error };
}

/** The first part of a move whose needs are not met. */
function needingOf(
  move: Move,
  { deployed }: Others,
  { needsAt, latest }: Definition,
): { readonly what: string; readonly missing: readonly Dependency[] } | undefined {
  const missingAt = (version: number) => unmetNeeds(needsAt(version), other => deployed.get(other));
  const first = (parts: readonly { readonly what: string; readonly version: number }[]) => {
    // A need never goes down: where the last part finds what it needs, all do.
    const last = parts.at(-1);
    if (!last || missingAt(last.version).length === 0) return undefined;
    const needing = parts.find(({ version }) => missingAt(version).length > 0) ?? last;
    return { what: needing.what, missing: missingAt(needing.version) };
  };
  switch (move.kind) {
    case 'install':
      return first([{ what: `the installation of version ${move.version}`, version: move.version }]);
    case 'adopt':
    case 'run':
      return first(move.steps.map(({ method, to }) => ({ what: method, version: to })));
    case 'complete':
      return first([{ what: `version ${latest}`, version: latest }]);
    case 'rest': {
      const version = Math.min(move.version, latest);
      return first([{ what: `version ${version}`, version }]);
    }
    default:
      return undefined;
  }
}
