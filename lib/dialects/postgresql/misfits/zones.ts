import { quoteEscaped } from '../../../sql/quoting.ts';
import { platformOf } from '../../../mikro-orm/schema-helper-parts.ts';
import type { EditContext } from '../../table-editor.ts';
import type { Alteration } from '../alter-table/alteration.ts';

/**
 * The time zone in which the ORM reads and writes moments that have none, in PostgreSQL's words: UTC, unless the
 * application was set up otherwise.
 */
export function zoneOf({ helper }: Pick<EditContext, 'helper'>): string {
  const zone = platformOf(helper).getTimezone();
  if (zone === 'Z') return 'UTC';
  if (!zone || zone === 'local') return Intl.DateTimeFormat().resolvedOptions().timeZone;
  const [, sign, rest] = /^([+-])([\d:]+)$/.exec(zone) ?? [];
  // To PostgreSQL, as to POSIX, what lies east of Greenwich is negative.
  return sign === undefined ? zone : `<${zone}>${sign === '+' ? '-' : '+'}${rest}`;
}

/** Lets `work` send what casts between moments with a zone and moments without, wherever the server is. */
export async function atZoneOfOrm(alteration: Alteration, work: () => Promise<void>): Promise<void> {
  const { context } = alteration;
  const zone = zoneOf(context);
  const [found] = await alteration.execute(`select pg_catalog.current_setting('TimeZone') as zone`);
  const before = String(found?.zone);
  if (before === zone) return work();
  await setZone(alteration, zone);
  await work();
  await alteration.send();
  return setZone(alteration, before);
}

async function setZone(alteration: Alteration, zone: string): Promise<void> {
  await alteration.execute(`select pg_catalog.set_config('TimeZone', ${quoteEscaped(zone)}, true)`);
}
