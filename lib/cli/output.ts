import type { Configuration } from '@mikro-orm/core';

/** What must never be printed, and what is printed in its place. */
export interface Secrets {
  /** Learns the passwords and connection strings of a configuration, also those that it asks for later. */
  readonly learn: (config: Configuration) => void;
  /** Learns what is shown anyway: hiding it where it happens to be the password too would tell the password. */
  readonly show: (names: readonly string[]) => void;
  /** Takes out of a text what was learned, and whatever looks like a connection string. */
  readonly redact: (text: string) => string;
}

const HIDDEN = '***';
// A password this long is no word by accident, so it is found inside others too.
const SURE_LENGTH = 8;
// In the environment, `1` and `yes` are settings.
const LONGEST_SETTING = 3;
const IS_SECRET = /pass(?:w|phrase|_|$)|secret|token|credential|api_?key|private_?key|connection_?string/i;
const LOOKS_LIKE_A_CONNECTION =
  /\b(?:postgres(?:ql)?|mysql|mariadb|mssql|mongodb(?:\+srv)?|libsql):\/\/[^\s'"`<>]+|\b[a-z][a-z0-9+.-]*:\/\/[^\s/'"`<>@]*:[^\s'"`<>]*@[^\s'"`<>]*/gi;
const LOOKS_LIKE_A_PASSWORD = /\b((?:pg)?pass(?:word|wd)?\s*=\s*)('[^']*'|"[^"]*"|[^\s&;,]+)/gi;

/** @param env where passwords are found before there is a configuration. */
export function newSecrets(env: Readonly<Record<string, string | undefined>>): Secrets {
  const known = new Set<string>();
  const shown = new Set<string>();
  const remember = (value: unknown) => {
    for (const spelling of spellingsOf(value)) known.add(spelling);
  };
  const show = (names: readonly unknown[]) => {
    for (const name of names) if (typeof name === 'string') shown.add(name);
  };
  for (const [name, value = ''] of Object.entries(env)) {
    if (IS_SECRET.test(name) && value.length > LONGEST_SETTING) remember(value);
  }
  return {
    learn: config => {
      learn(config, remember);
      show([config.get('dbName'), config.get('user'), config.get('host'), config.get('schema')]);
    },
    show,
    redact: text =>
      hide(
        text,
        [...known].filter(secret => !shown.has(secret)),
      ),
  };
}

function learn(config: Configuration, remember: (value: unknown) => void): void {
  const options = config.getAll();
  for (const place of [options, ...(options.replicas ?? [])]) {
    const { clientUrl, password } = place;
    remember(clientUrl);
    if (clientUrl !== undefined && URL.canParse(clientUrl)) remember(new URL(clientUrl).password);
    if (typeof password !== 'function') remember(password);
    else {
      place.password = async () => {
        const answer = await password();
        remember(answer);
        return answer;
      };
    }
  }
  visit(options.driverOptions, remember);
}

/** Finds what names itself a secret, however deep a driver wants it. */
function visit(value: unknown, remember: (value: unknown) => void, seen = new Set<object>()): void {
  if (typeof value !== 'object' || value === null || seen.has(value)) return;
  seen.add(value);
  for (const [key, part] of Object.entries(value)) {
    if (typeof part === 'string' && IS_SECRET.test(key)) remember(part);
    else visit(part, remember, seen);
  }
}

/** As it is, as a URL says it, and as it is meant. */
function spellingsOf(value: unknown): string[] {
  if (typeof value !== 'string' || value.trim() === '') return [];
  return [value, encodeURIComponent(value), decoded(value), JSON.stringify(value).slice(1, -1)];
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

function hide(text: string, known: readonly string[]): string {
  // The longest first: a URL holds its password.
  const longestFirst = known.toSorted((a, b) => b.length - a.length);
  const without = longestFirst.reduce((rest, secret) => rest.replaceAll(patternOf(secret), HIDDEN), text);
  return without
    .replaceAll(LOOKS_LIKE_A_CONNECTION, HIDDEN)
    .replaceAll(LOOKS_LIKE_A_PASSWORD, (_, name: string) => `${name}${HIDDEN}`);
}

/** A short password may be a part of any word: it is hidden where it stands alone. */
function patternOf(secret: string): RegExp {
  const literal = secret.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
  return new RegExp(secret.length < SURE_LENGTH ? `(?<![\\p{L}\\p{N}])${literal}(?![\\p{L}\\p{N}])` : literal, 'gu');
}

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
  // Whoever listened may have left, as `head` does.
  for (const stream of [stdout, stderr]) stream.on('error', () => {});
  // Kept, since standard output may be taken from everybody else.
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
