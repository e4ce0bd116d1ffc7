import { showDifferences } from '../drift/difference-tree.ts';
import type { Difference } from '../difference.ts';
import { isSchemaError, VersionAheadError, VersionMissingError, type SchemaError } from '../errors.ts';
import { codeOfError, DeclinedError, ImportError, UsageError } from './exit-codes.ts';
import type { Paint } from './tables-and-colours.ts';

const MANY_FRAMES = 8;

/** Describes an error for JSON: its fields, and its cause by name and message only. */
export function failureData(error: unknown): { readonly name: string; readonly message: string } {
  if (!(error instanceof Error)) return { name: typeof error, message: String(error) };
  const { name, message, cause } = error;
  return {
    ...(isSchemaError(error) && Object.fromEntries(Object.entries(error))),
    name,
    message,
    ...(cause instanceof Error && { cause: { name: cause.name, message: cause.message } }),
  };
}

/** Shows an error to a person: what happened, the next command, where in the code, and the command that explains it. */
export function failureText(error: unknown, paint: Paint): string {
  const lines = [`${paint('red', 'dejavu:')} ${failureData(error).message}`, ...differenceLines(error)];
  const hint = hintFor(error);
  if (hint !== undefined) lines.push(`  ${hint}`);
  const trace = traceOf(error);
  if (trace !== undefined) lines.push(paint('dim', trace));
  lines.push(paint('dim', explainLine(isSchemaError(error) ? error.code : codeOfError(error))));
  return `${lines.join('\n')}\n`;
}

/** Names the command that explains an error code or an exit code. Every error message ends with it. */
export function explainLine(code: string | number): string {
  return `  more: npx dejavu explain ${code}`;
}

/** Shows all differences of the storage as a tree. The message names only the first. */
function differenceLines(error: unknown): string[] {
  const differences: unknown = isSchemaError(error) ? Reflect.get(error, 'differences') : undefined;
  if (!Array.isArray(differences) || differences.length === 0) return [];
  return showDifferences(differences as readonly Difference[])
    .split('\n')
    .map(line => `  ${line}`);
}

/** The command to type next. */
function hintFor(error: unknown): string | undefined {
  // The message of a UsageError already says what to type.
  if (error instanceof UsageError) return undefined;
  if (error instanceof VersionMissingError && error.ownTables.length > 0) {
    return 'Run npx dejavu adopt to record the version of the existing storage.';
  }
  if (error instanceof VersionAheadError)
    return `Start a newer release, or run npx dejavu allow ${error.latest} --reason <text>.`;
  return isSchemaError(error) ? HINTS[error.code] : undefined;
}

const HINTS: Readonly<Record<string, string>> = {
  VERSION_MISSING:
    'Run npx dejavu install to create the storage, or npx dejavu adopt to record the version of existing storage.',
  VERSION_BEHIND: 'Run npx dejavu upgrade.',
  UPGRADE_BUSY: 'Run npx dejavu status to see which process is working on it, or wait longer with --wait-ms.',
} satisfies Partial<Record<SchemaError['code'], string>>;

/** Shows where the failed code is: of a step, of an imported file, or of an unexpected error. */
function traceOf(error: unknown): string | undefined {
  if (error instanceof UsageError || error instanceof DeclinedError) return undefined;
  if (isSchemaError(error) && error.code !== 'STEP_FAILED') return undefined;
  const thrown = isSchemaError(error) || error instanceof ImportError ? error.cause : error;
  if (!(thrown instanceof Error)) return undefined;
  // Only frames outside of Node.js.
  const frames = (thrown.stack ?? '')
    .split('\n')
    .filter(line => /^\s+at /.test(line) && !line.includes('node:internal'));
  return frames.length > 0 ? frames.slice(0, MANY_FRAMES).join('\n') : undefined;
}
