import type { NamedCheck } from '../../lib/testing/index.ts';

/** Runs checks one after another. @returns what they found, each with the name of its check and its whole text */
export async function findingsOf(checks: readonly NamedCheck[]): Promise<string[]> {
  const found: string[] = [];
  for (const { name, run } of checks)
    try {
      await run();
    } catch (error) {
      const { code, message } = error as Error & { code?: string };
      found.push(`${name}\n${code}: ${message}`);
    }
  return found;
}
