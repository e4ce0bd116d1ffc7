import { UsageError } from '../usage.ts';
import { addMembers, gapBetween, lastStep } from './class-body.ts';
import type { Edit } from './edit.ts';
import type { Place } from './find-class.ts';
import { memberNamed, stepMembers } from './members.ts';
import { endOf, positionOf, startOf } from './nodes.ts';
import { latestOf } from './schema-source.ts';
import { addEntry, endOfProperty, modifiersFor } from './steps-entry.ts';

/** A step as it is to stand in a file. */
export interface StepText {
  /** The upgrade and the way back, the first line of each without indentation. */
  readonly methods: readonly string[];
  /** What `steps` says of it: `8: { compatible: 7 }`. */
  readonly entry: string | undefined;
  /** What the file calls `Steps`. */
  readonly type: string;
  /** What the file calls `versions`, if the class is to have them from now on. */
  readonly versions: string | undefined;
}

/**
 * Puts a step that leads to a version into a class.
 *
 * @throws UsageError if the class has it already, or does not stand one version lower
 */
export function insertStep(edit: Edit, place: Place, version: number, step: StepText): void {
  const { text, node, out } = edit;
  const path = place.path ?? 'the file';
  const latest = latestOf(text, node, place);
  if (latest.value !== version - 1) {
    throw new UsageError(
      `${path}:${positionOf(latest)} latest is ${latest.value}: the next step leads to ${latest.value + 1}`,
    );
  }
  const there = stepMembers(node).find(one => one.version === (one.isUp ? version : version - 1));
  if (there) {
    const name = there.isUp ? `upgradeTo_${version}` : `downgradeTo_${version - 1}`;
    throw new UsageError(
      `${path}:${positionOf(there.member)} has ${name} already, and latest is ${latest.value}: take it away first`,
    );
  }
  out.update(startOf(latest), endOf(latest), String(version));
  const member = memberNamed(node, 'latest');
  if (member && step.versions !== undefined) {
    const property = `${modifiersFor(edit)}versions = ${step.versions}${endOfProperty(edit, member)}`;
    addMembers(edit, member, [property], gapBetween(edit, 'properties'));
  }
  if (step.entry !== undefined) addEntry(edit, place, version, step.entry, step.type);
  addMembers(edit, lastStep(edit), step.methods, gapBetween(edit, 'methods'));
}
