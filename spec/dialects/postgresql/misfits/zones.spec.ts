import { expect, test } from '@jest/globals';
import { defineEntity, p } from '@mikro-orm/core';
import type { SchemaHelper } from '@mikro-orm/sql';
import { zoneOf } from '../../../../lib/dialects/postgresql/misfits/zones.ts';
import { postgresql } from '../../../support/databases.ts';
import { animals, onStage } from '../stage.ts';

const Visit = defineEntity({
  name: 'Visit',
  properties: { id: p.integer().primary(), at: p.datetime().columnType('timestamp') },
});

test('a moment without a zone is where the ORM reads it, however the application was set up', async () => {
  await using database = await postgresql.create();
  for (const options of [
    {},
    { forceUtcTimezone: false, timezone: 'local' },
    { forceUtcTimezone: false, timezone: '+05:30' },
  ]) {
    const orm = await database.orm([Visit], options);
    await database.execute(`drop table if exists visit; create table visit (id int, at timestamp)`);
    await database.execute(`insert into visit values (1, '2024-07-01 12:00')`);
    const read = await orm.em.fork().findOneOrFail(Visit, 1);
    const zone = zoneOf({ helper: orm.em.getPlatform().getSchemaHelper() as SchemaHelper });
    expect(await database.execute(`select at at time zone '${zone}' as at from visit`)).toEqual([{ at: read.at }]);
    await database.execute(`set timezone = '${zone}'`);
    expect(await database.execute(`select at::timestamptz as at from visit`)).toEqual([{ at: read.at }]);
    await database.execute('reset timezone');
  }
});

test.each([
  ['timestamp', 'timestamptz', '2024-01-01 12:00:00+00'],
  ['timestamptz', 'timestamp', '2024-01-01 12:00:00'],
])('%s becomes %s without a moment being moved, on a server that is not at UTC', async (from, to, kept) => {
  const at = (type: string) => animals(() => ({ at: p.datetime().columnType(type) }));
  const rows = `insert into animal (id, at) values (1, '2024-01-01 12:00+00')`;
  await onStage({ before: at(from), after: at(to), rows }, async ({ sql, change, column }) => {
    await sql.execute(`set local timezone = 'America/Caracas'`);
    await change([{ kind: 'alter column', name: 'at', column: column('at') }]);
    // The session is left as it was.
    expect(await sql.execute('show timezone')).toEqual([{ TimeZone: 'America/Caracas' }]);
    await sql.execute(`set local timezone = 'UTC'`);
    expect(await sql.execute('select at::text as at from animal')).toEqual([{ at: kept }]);
  });
});
