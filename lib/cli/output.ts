import type { Secrets } from './secrets.ts';

/** The output of the command. Everything goes through here, so that no secret is printed. */
export interface Output {
  /** Writes a result to standard output. */
  readonly print: (text: string) => void;
  /** Writes a message to standard error. */
  readonly say: (text: string) => void;
  /** Waits until all output has left this process. */
  readonly flushed: () => Promise<void>;
}

/** Writes to the streams of this process. */
export function outputTo(streams: Pick<NodeJS.Process, 'stdout' | 'stderr'>, { redact }: Secrets): Output {
  const { stdout, stderr } = streams;
  // The reader of a pipe may have ended, as `head` does.
  for (const stream of [stdout, stderr]) stream.on('error', () => {});
  // Kept, because standard output may be taken away from other code.
  const print = stdout.write.bind(stdout);
  return {
    print: text => void print(redact(text)),
    say: text => void stderr.write(redact(text)),
    async flushed() {
      await new Promise<void>(resolve => void print('', () => resolve()));
      await new Promise<void>(resolve => void stderr.write('', () => resolve()));
    },
  };
}

/** Sends other code's standard output to standard error: the logs of an application are not JSON. */
export function keepOthersOffStdout({ stdout, stderr }: Pick<NodeJS.Process, 'stdout' | 'stderr'>): void {
  stdout.write = stderr.write.bind(stderr);
}

/** Writes one JSON document of several lines. Unknown values are `null`. No text in it contains a secret. */
export function jsonText(value: unknown, { redact }: Secrets): string {
  const replace = (_key: string, entry: unknown) => {
    if (typeof entry === 'string') return redact(entry);
    if (typeof entry === 'bigint') return String(entry);
    return entry === undefined ? null : entry;
  };
  return `${JSON.stringify(value, replace, 2)}\n`;
}
