import type { SchemaStatus } from '../../boot/report.ts';

const SHOWN = 12;

/**
 * Draws where a database and the code stand on the line of versions: `1 ─ 2 ─ [3] ─ 4 ─ 5`, with the version of the database
 * in brackets. Leaves out the middle of a long line.
 */
export function versionLine({ deployed, latest }: Pick<SchemaStatus, 'deployed' | 'latest'>): string {
  const last = Math.max(deployed ?? 0, latest);
  const near = [0, 1, (deployed ?? 0) - 1, deployed ?? 0, (deployed ?? 0) + 1, latest - 1, latest, last];
  const all = Array.from({ length: last + 1 }, (_, version) => version);
  const shown = last <= SHOWN ? all : all.filter(version => near.includes(version));
  const parts = shown.flatMap((version, index) => [
    ...(index > 0 && version - (shown[index - 1] ?? 0) > 1 ? ['…'] : []),
    version === deployed ? `[${version}]` : String(version),
  ]);
  const code = deployed === latest ? 'database and code' : `code at ${latest}`;
  const database = deployed === undefined ? 'the database has no version' : `[database at ${deployed}]`;
  return `${parts.join(' ─ ')}   ${deployed === latest ? `[${code} at ${latest}]` : `${database}, ${code}`}`;
}
