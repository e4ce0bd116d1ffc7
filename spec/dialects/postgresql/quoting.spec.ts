import { expect, test } from '@jest/globals';
import { defineEntity, p } from '@mikro-orm/core';
import type { Change } from '../../../lib/dialects/table-changes.ts';
import { postgresqlEditor } from '../../../lib/dialects/postgresql/editor.ts';
import { onStage } from './stage.ts';

/** Names that have to be quoted to be what they are. Not one has a dot, which MikroORM takes for the end of a namespace. */
const spellings: readonly (readonly [string, string, string])[] = [
  ['mixed case', 'Animal', 'lastName'],
  ['reserved words', 'table', 'select'],
  ['blanks and quotes', 'an "animal"', `it's a "name"`],
  ['placeholders', 'a?b$1', '100 % ?? :x'],
  ['backslashes', 'a\\b', `\\'`],
  ['other letters', 'Tiergehege_ä', 'größe🦁'],
];

/** Everything a column can bring along, under names of the worst kind. */
function release(table: string, column: string, version: 1 | 2) {
  return () => {
    const Home = defineEntity({ name: 'Home', tableName: `${table} home`, properties: { id: p.integer().primary() } });
    const second = version === 2;
    const Animal = defineEntity({
      name: 'Animal',
      tableName: table,
      properties: {
        id: p.integer().primary(),
        kept: p.string().fieldName(column).default(`it's \\ ?`),
        altered: (second ? p.text() : p.string().length(9).nullable()).fieldName(`${column} altered`),
        mood: p
          .enum(second ? ['a', `b's "\\ ?`] : ['a'])
          .nativeEnumName(`${table} mood`)
          .fieldName(`${column} mood`)
          .default('a'),
        ...(second
          ? {
              added: p.string().fieldName(`${column} added`).default('100 % ?').unique().comment(`a \\ ? 'comment'`),
              counted: p.integer().autoincrement().fieldName(`${column} counted`),
              home: () => p.manyToOne(Home).fieldName(`${column} home`).nullable().index(),
              diet: p.enum(['meat', `no's ?`]).fieldName(`${column} diet`).nullable(),
            }
          : { dropped: p.string().fieldName(`${column} dropped`).default('x').index() }),
      },
    });
    return [Home, Animal];
  };
}

test.each(spellings.flatMap(([what, ...name]) => [[what, undefined, name] as const, [what, 'My Zoo', name] as const]))(
  '%s in namespace %s are changed into what a new installation has',
  async (_, namespace, [table, column]) => {
    const play = {
      before: release(table, column, 1),
      after: release(table, column, 2),
      ...(namespace && { namespace }),
    };
    await onStage(play, async stage => {
      const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;
      const full = `${quoted(namespace ?? 'public')}.${quoted(table)}`;
      // whoever speaks by full names needs no search path
      if (namespace) await stage.rows('set local search_path to pg_catalog');
      await stage.rows(`insert into ${full} default values`);
      const names = ['added', 'counted', 'home', 'diet'].map(name => `${column} ${name}`);
      const wanted = stage.wanted(table);
      const changes: Change[] = [
        { kind: 'drop column', name: `${column} dropped` },
        ...names.map(name => ({ kind: 'add column', column: stage.column(name, table) }) as const),
        {
          kind: 'alter column',
          name: `${column} altered`,
          column: stage.column(`${column} altered`, table),
          fill: `'filled ?'`,
        },
        { kind: 'alter column', name: `${column} mood`, column: stage.column(`${column} mood`, table) },
        ...wanted.getChecks().map(check => ({ kind: 'add check', check }) as const),
        ...Object.values(wanted.getForeignKeys()).map(foreignKey => ({ kind: 'add foreign key', foreignKey }) as const),
        ...wanted
          .getIndexes()
          .filter(({ primary }) => !primary)
          .map(index => ({ kind: 'add index', index }) as const),
      ];
      await stage.change(changes, table);

      const live = await stage.read(table);
      for (const there of live.columns) {
        const context = stage.context(table);
        expect(
          await postgresqlEditor.difference(context, live, there, stage.column(there.name, table)),
        ).toBeUndefined();
      }
      const [row] = await stage.rows(`select * from ${full}`);
      expect(row).toMatchObject({
        [column]: `it's \\ ?`,
        [`${column} altered`]: 'filled ?',
        [`${column} added`]: '100 % ?',
      });
      await stage.rows('reset search_path');
      expect(await stage.portrait()).toEqual(await stage.freshPortrait());
    });
  },
);
