import type { Secrets } from './secrets.ts';

/** Where the command speaks. Nothing reaches a stream but through here, and no secret gets past. */
export interface Output {
  /** For whom it was called: standard output. */
  readonly print: (text: string) => void;
  /** Meanwhile: standard error. */
  readonly say: (text: string) => void;
  /** Waits until everything has left this process. */
  readonly flushed: () => Promise<void>;
}

/** Speaks to the streams of this process. */
export function outputTo(streams: Pick<NodeJS.Process, 'stdout' | 'stderr'>, { redact }: Secrets): Output {
  const { stdout, stderr } = streams;
  // whoever listened may have left, as `head` does
  for (const stream of [stdout, stderr]) stream.on('error', () => {});
  // kept, since standard output may be taken from everybody else
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

/** Sends to standard error what anybody else writes to standard output: an application's logs are no JSON. */
export function keepOthersOffStdout({ stdout, stderr }: Pick<NodeJS.Process, 'stdout' | 'stderr'>): void {
  stdout.write = stderr.write.bind(stderr);
}

/** One JSON document of several lines. What is not known is `null`; no secret is in any text of it. */
export function jsonText(value: unknown, { redact }: Secrets): string {
  const replace = (_key: string, entry: unknown) => {
    if (typeof entry === 'string') return redact(entry);
    if (typeof entry === 'bigint') return String(entry);
    return entry === undefined ? null : entry;
  };
  return `${JSON.stringify(value, replace, 2)}\n`;
}
