import type { Configuration } from '@mikro-orm/core';
import { literalPattern } from '../sql/literal-pattern.ts';

/** The secrets of the project, which must never be printed. */
export interface Secrets {
  /** Learns the passwords and connection strings of a configuration, including those that it loads later. */
  readonly learn: (config: Configuration) => void;
  /** Learns names that are shown anyway. Hiding one that happens to equal the password would reveal the password. */
  readonly show: (names: readonly string[]) => void;
  /** Replaces known secrets, and everything that looks like a connection string. */
  readonly redact: (text: string) => string;
}

const HIDDEN = '***';
// A password of this length is not an ordinary word, so it is replaced inside other words too.
const SURE_LENGTH = 8;
// In environment variables, `1` and `yes` are settings.
const LONGEST_SETTING = 3;
const IS_SECRET = /pass(?:w|phrase|_|$)|secret|token|credential|api_?key|private_?key|connection_?string/i;
const LOOKS_LIKE_A_CONNECTION =
  /\b(?:postgres(?:ql)?|mysql|mariadb|mssql|mongodb(?:\+srv)?|libsql):\/\/[^\s'"`<>]+|\b[a-z][a-z0-9+.-]*:\/\/[^\s/'"`<>@]*:[^\s'"`<>]*@[^\s'"`<>]*/gi;
const LOOKS_LIKE_A_PASSWORD = /\b((?:pg)?pass(?:word|wd)?\s*=\s*)('[^']*'|"[^"]*"|[^\s&;,]+)/gi;

/** @param env the environment, where passwords are found before the configuration is loaded. */
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

/** Finds values whose key says that they are secret, at any depth of the driver's options. */
function visit(value: unknown, remember: (value: unknown) => void, seen = new Set<object>()): void {
  if (typeof value !== 'object' || value === null || seen.has(value)) return;
  seen.add(value);
  for (const [key, part] of Object.entries(value)) {
    if (typeof part === 'string' && IS_SECRET.test(key)) remember(part);
    else visit(part, remember, seen);
  }
}

/** A secret as written, as encoded in a URL, as decoded from one, and as escaped in JSON. */
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
  // The longest first, because a URL contains its password.
  const longestFirst = known.toSorted((a, b) => b.length - a.length);
  const without = longestFirst.reduce((rest, secret) => rest.replaceAll(patternOf(secret), HIDDEN), text);
  return without
    .replaceAll(LOOKS_LIKE_A_CONNECTION, HIDDEN)
    .replaceAll(LOOKS_LIKE_A_PASSWORD, (_, name: string) => `${name}${HIDDEN}`);
}

/** A short password may occur inside any word, so only a separate word is replaced. */
function patternOf(secret: string): RegExp {
  const literal = literalPattern(secret);
  return new RegExp(secret.length < SURE_LENGTH ? `(?<![\\p{L}\\p{N}])${literal}(?![\\p{L}\\p{N}])` : literal, 'gu');
}
