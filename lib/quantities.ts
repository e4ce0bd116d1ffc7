const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Shows a duration with two units at most: `120 ms`, `1.5 s`, `3 min 20 s`, `2 h 5 min`. */
export function showDuration(ms: number): string {
  if (Math.round(ms) < SECOND) return `${Math.round(ms)} ms`;
  if (ms < 10 * SECOND) return `${Number((ms / SECOND).toFixed(1))} s`;
  if (Math.round(ms / SECOND) < 60) return `${Math.round(ms / SECOND)} s`;
  const [large, small, name, rest] = ms < HOUR ? [MINUTE, SECOND, 'min', 's'] : [HOUR, MINUTE, 'h', 'min'];
  const units = Math.round(ms / small);
  const perLarge = large / small;
  const over = units % perLarge;
  return `${Math.floor(units / perLarge)} ${name}${over > 0 ? ` ${over} ${rest}` : ''}`;
}

/** Shows a count with its noun: `1 step`, `2 steps`, `1,000 rows`. */
export function showCount(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}

/** Shows how long a call waited, in the units of its options: `120 ms`, `1.5 s`, `60 s`. */
export function showWait(ms: number): string {
  return Math.round(ms) < SECOND ? `${Math.round(ms)} ms` : `${Number((ms / SECOND).toFixed(1))} s`;
}
