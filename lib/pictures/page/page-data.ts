import type { StepPlan } from '../../plan/plan-data.ts';
import type { Diagram } from '../diagram.ts';
import type { DrawnVersion } from '../history.ts';

/** A diagram whose boxes and links stand in `parts`, by their places there. */
interface PackedDiagram {
  readonly boxes: readonly number[];
  readonly links: readonly number[];
}

/** The data of a version in a page. */
interface PackedVersion extends Pick<DrawnVersion, 'version' | 'source' | 'compatible' | 'lossy'> {
  readonly diagram: PackedDiagram;
  readonly changes: PackedDiagram | undefined;
  /** The names whose box has another identity, here or in the version before. */
  readonly identities: readonly (readonly [string, string])[];
  readonly plan: object | undefined;
}

/**
 * Packs versions for a page. Most parts of a version are equal to those of the version before, and are in the page once.
 */
export function packVersions(
  versions: readonly DrawnVersion[],
  plans: ReadonlyMap<number, StepPlan>,
): { readonly parts: readonly unknown[]; readonly versions: readonly PackedVersion[] } {
  const parts: unknown[] = [];
  const places = new Map<string, number>();
  const placeOf = (part: unknown) => {
    const text = JSON.stringify(part);
    const place = places.get(text) ?? parts.push(part) - 1;
    places.set(text, place);
    return place;
  };
  const pack = ({ boxes, links }: Diagram): PackedDiagram => ({
    boxes: boxes.map(placeOf),
    links: links.map(placeOf),
  });
  const packed = versions.map(({ version, diagram, changes, identities, source, compatible, lossy }, index) => {
    const plan = plans.get(version);
    const known = [...(versions[index - 1]?.identities ?? []), ...identities];
    return {
      version,
      diagram: pack(diagram),
      changes: changes && pack(changes),
      identities: [...new Map(known)].filter(([name, identity]) => name !== identity),
      compatible,
      plan: plan && planData(plan),
      ...(source !== undefined && { source }),
      ...(lossy !== undefined && { lossy }),
    };
  });
  return { parts, versions: packed };
}

function planData({ operations, tables, unseen }: StepPlan): object {
  return {
    operations: operations.map(({ verb, subject, sql }) => ({ title: `${verb} ${subject}`, sql })),
    tables: tables.map(({ name, rows, lock, rewritten, dropped }) =>
      [
        name,
        ...(rows === undefined ? [] : [`${rows.exact ? '' : 'about '}${rows.count} rows`]),
        ...(lock === undefined ? [] : [`lock ${lock}`]),
        ...(rewritten ? ['rewritten'] : []),
        ...(dropped ? ['dropped'] : []),
      ].join(', '),
    ),
    unseen: unseen?.reason,
  };
}
