/** Writes a double as JSON: the shortest digits that lead back to it, and a string where JSON has no number. */
export function showReal(value: number): string {
  if (Number.isFinite(value)) return Object.is(value, -0) ? '-0' : String(value);
  return `"${value}"`;
}

/** Reads what {@link showReal} wrote; `undefined` for anything else. */
export function readReal(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  return value === 'NaN' || value === 'Infinity' || value === '-Infinity' ? Number(value) : undefined;
}

/** Writes a number without an exponent, with at least `scale` digits behind the point. */
export function showDecimal(value: number | string, scale = 0): string {
  const text = String(value);
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/.exec(text);
  if (!match) return text;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  const digits = whole + fraction;
  const point = whole.length + Number(exponent);
  const before = point > 0 ? digits.slice(0, point).padEnd(point, '0') : '0';
  const behind = point > 0 ? digits.slice(point) : '0'.repeat(-point) + digits;
  const padded = behind.padEnd(scale, '0');
  return `${sign}${before.replace(/^0+(?=\d)/, '')}${padded === '' ? '' : `.${padded}`}`;
}

const DECIMAL = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$|^NaN$|^-?Infinity$/;

/** Whether a text is a decimal as {@link showDecimal} or PostgreSQL writes it. */
export function isDecimal(text: string): boolean {
  return DECIMAL.test(text);
}
