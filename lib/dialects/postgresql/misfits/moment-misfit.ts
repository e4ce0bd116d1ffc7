import { quoteEscaped } from '../../../sql/quoting.ts';
import { isNarrower, type TypeParts } from '../alter-table/column-types.ts';

const MOMENT = /^(date|time|timestamp)(?: with(?:out)? time zone)?$/;

/** Whether two types say when, the one as much as the other but for its precision or its zone. */
export function areMoments(from: TypeParts, to: TypeParts): boolean {
  const [one, other] = [kindOf(from), kindOf(to)];
  return one !== undefined && other !== undefined && (one === 'time') === (other === 'time');
}

function kindOf({ base }: TypeParts): string | undefined {
  return MOMENT.exec(base)?.[1];
}

function isZoned({ base }: TypeParts): boolean {
  return base.endsWith(' with time zone');
}

/**
 * An expression that is true for a moment of which another type would keep only a part.
 *
 * @param type - the other type, as PostgreSQL spells it
 * @param zone - where moments are that have no zone
 */
export function momentMisfit(
  value: string,
  [from, to]: readonly [TypeParts, TypeParts],
  type: string,
  zone: string,
): string | undefined {
  const there = quoteEscaped(zone);
  const wall = isZoned(from) && !isZoned(to) ? `(${value} at time zone ${there})` : value;
  const lost = [
    ...(kindOf(from) === 'timestamp' && kindOf(to) === 'date'
      ? [`${wall} <> pg_catalog.date_trunc('day', ${wall})`]
      : []),
    ...(kindOf(from) === 'time' && wall !== value ? [`${wall}::time <> ${value}::time`] : []),
    ...(isNarrower(from, to) ? [`${wall} <> ${wall}::${type}`] : []),
    // An hour that summer skips, or one that winter has twice, is not the same again.
    ...(kindOf(from) === 'timestamp' && isZoned(from) !== isZoned(to) && zone.includes('/')
      ? [`${value} at time zone ${there} at time zone ${there} <> ${value}`]
      : []),
  ];
  return lost.length === 0 ? undefined : `(${lost.join(' or ')})`;
}
