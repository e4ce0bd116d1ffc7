import { actAsVersion } from '../old-code/act-as-version.ts';
import { fittingRows } from './fitting-rows.ts';
import type { LawCheck, Law, Subject, Verdict } from '../law.ts';

/** A declared `compatible` is true: code of the older version reads and writes the newer storage. */
export const compatibleLaw: Law = {
  number: 4,
  name: 'compatible',
  checks: subject => subject.definition.frozen.flatMap(version => checksOf(subject, version)),
};

function checksOf(subject: Subject, version: number): LawCheck[] {
  const { definition } = subject;
  const { baseline, frozen } = definition;
  if (version <= baseline || version < 2) return [];
  const oldest = Math.max(definition.compatibleAt(version), frozen[0] ?? version);
  const claimed = [...new Set([oldest, version - 1])].filter(
    old => old >= oldest && old < version && frozen.includes(old),
  );
  if (claimed.length > 0) return claimed.map(old => claim(subject, old, version));
  return frozen.includes(version - 1) ? [noClaim(subject, version - 1, version)] : [];
}

function claim(subject: Subject, old: number, version: number): LawCheck {
  return {
    says: `code of version ${old} runs on the storage of version ${version}, as \`compatible\` claims`,
    version,
    withRows: true,
    look: async (): Promise<Verdict> => {
      const refused = await refusedTo(subject, old, version);
      if (refused.length === 0) return { breaches: [] };
      const next = `Remove the claim, so that old processes stop before the upgrade: \`steps = { ${version}: {} }\`. Or keep what old code needs, such as a default, until no old process is left.`;
      return {
        breaches: [
          {
            what: `code of version ${old} cannot work on version ${version}, although \`compatible\` says that it can`,
            details: refused,
            next,
          },
        ],
      };
    },
  };
}

function noClaim(subject: Subject, old: number, version: number): LawCheck {
  return {
    says: `whether upgradeTo_${version} could declare \`compatible\``,
    version,
    withRows: true,
    look: async (): Promise<Verdict> => {
      const refused = await refusedTo(subject, old, version);
      if (refused.length > 0) return { breaches: [] };
      const remark = `code of version ${old} reads and writes the storage of version ${version}. If the new code can handle rows that the old code writes, declare it for rolling deploys: \`steps = { ${version}: { compatible: ${old} } }\`.`;
      return { breaches: [], remarks: [remark] };
    },
  };
}

/** Lists the work that code of an older version can do on its storage, but not on the storage of a newer version. */
async function refusedTo(subject: Subject, old: number, version: number): Promise<string[]> {
  const { options } = await fittingRows(subject, old, version);
  const { seed, rows } = subject.options;
  // Also the rows that a step refuses: code of the version goes on to write them.
  await using written = await subject.prepared.rowsAt(old, { seed, rows });
  const after = await subject.prepared.lendUpgraded({ from: old, to: version, options }, ({ call }) =>
    actAsVersion(call(), old, written),
  );
  const refused = [...after].filter(([, reason]) => reason !== undefined);
  if (refused.length === 0) return [];
  // Work that its own storage refuses too says nothing about the newer storage.
  const before = await subject.prepared.lendAt(old, options, ({ call }) => actAsVersion(call(), old, written));
  return together(refused.filter(([name]) => before.has(name) && before.get(name) === undefined));
}

/** Shows actions that were refused for the same reason as one line. */
function together(refused: readonly (readonly [name: string, reason: string | undefined])[]): string[] {
  const groups = new Map<string, { first: string; count: number }>();
  for (const [name, reason] of refused) {
    const key = `${name.replace(/ row \d+ /, ' ')}: ${reason}`;
    const group = groups.get(key);
    groups.set(key, { first: group?.first ?? `${name}: ${reason}`, count: (group?.count ?? 0) + 1 });
  }
  return [...groups.values()].map(({ first, count }) =>
    count === 1 ? first : `${first} (and ${count - 1} more ${count === 2 ? 'row' : 'rows'})`,
  );
}
