import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from '@babel/parser';
import { defineEntity, p } from '@mikro-orm/core';
import { postgresqlEditor } from '../../../lib/dialects/postgresql/editor.ts';
import { postgresql } from '../../support/databases.ts';
import { onStage } from './stage.ts';

const room = join(import.meta.dirname, '../../../lib/dialects/postgresql');

/** What the grammar of PostgreSQL reads as a type or as syntax, and never looks up. */
const GRAMMAR = new Set(
  'bit char extract int2 interval numeric overlay position substring time timestamp varchar'.split(' '),
);

/** Texts of the server's answers, and no SQL. */
const ANSWERS = ['nextval(', 'nextval()', 'now()'];

/** A text with escapes that only `String.raw` allows has no other form. */
function rawOrCooked({ cooked, raw }: { cooked: string | null; raw: string }): string {
  return cooked ?? raw;
}

/** Every text in a file of the room that is not the name of a module. */
function textsOf(file: string): string[] {
  const texts: string[] = [];
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    if (Array.isArray(node)) return node.forEach(visit);
    const { type, value } = node as { type?: string; value?: unknown };
    if (type === 'ImportDeclaration' || type === 'ImportExpression') return;
    if (type === 'StringLiteral') texts.push(String(value));
    else if (type === 'TemplateElement') texts.push(rawOrCooked(value as { cooked: string | null; raw: string }));
    else Object.values(node).forEach(visit);
  };
  visit(parse(readFileSync(join(room, file), 'utf8'), { sourceType: 'module', plugins: ['typescript'] }).program.body);
  return texts.filter(text => !ANSWERS.includes(text));
}

test('every function, catalog and type that is named in the SQL of this room is named with its namespace', async () => {
  await using database = await postgresql.create();
  const names = async (sql: string) => new Set((await database.execute<{ name: string }>(sql)).map(({ name }) => name));
  const inCatalog = `'pg_catalog'::regnamespace`;
  const functions = await names(`select distinct proname as name from pg_proc where pronamespace = ${inCatalog}`);
  const relations = await names(
    `select relname as name from pg_class where relnamespace = ${inCatalog} and relkind in ('r', 'v')`,
  );
  const bare = (file: string) =>
    textsOf(file).flatMap(text => [
      ...[...text.matchAll(/(?<![\w.$"])([a-z_0-9]+)(?=\()/g)].filter(
        ([, name = '']) => functions.has(name) && !GRAMMAR.has(name),
      ),
      ...[...text.matchAll(/(?<![\w.$])(pg_\w+)\b(?!\()/g)].filter(
        // The name of a catalog as a text says which kind of thing a description is of.
        ([, name = ''], at) => relations.has(name) && !text.slice(0, text.indexOf(name, at)).endsWith(`, '`),
      ),
      ...text.matchAll(/::(text|oid|name|date|uuid|jsonb?|reg\w+|int[28])\b/g),
    ]);
  const found = readdirSync(room, { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.ts'))
    .flatMap(file => bare(file).map(([text]) => `${file}: ${text}`));
  expect(found).toEqual([]);
});

/** What another role may leave in the first namespace of the path, to be met by those who are stronger. */
const TRAPS = [
  'format(text, name, name)',
  'format(text, text, name)',
  'quote_ident(name)',
  'json_agg(json)',
  'json_agg(name)',
  'json_agg(text)',
  'unnest(int2[])',
  'to_regclass(varchar)',
  'max(integer)',
  'count(integer)',
  'obj_description(oid, text)',
  'concat_ws(text, text, text)',
  'setval(text, integer, boolean)',
  'nextval(text)',
  'format_type(oid, integer, text)',
];
const OPERATORS = [
  '= (oid, integer)',
  '= (integer, oid)',
  '<> (oid, integer)',
  '~ (name, name)',
  '!~ (name, name)',
  '|| (text, name)',
  '|| (name, text)',
  '& (smallint, integer)',
  '>= (real, integer)',
  '<> (numeric, integer)',
  '= (numeric, integer)',
  '<@ (text[], text[])',
  '<> (numeric[], numeric[])',
  '<> (name, text)',
];

function traps(): string[] {
  const body = (name: string) => `language plpgsql as $$ begin raise exception 'trapped by %', '${name}'; end $$`;
  return [
    ...TRAPS.map(signature => `create function public.${signature} returns text ${body(signature)}`),
    ...OPERATORS.flatMap((operator, index) => {
      const [, sign, left, right] = /^(\S+) \((.+), (.+)\)$/.exec(operator) ?? [];
      return [
        `create function public.trap_${index}(${left}, ${right}) returns boolean ${body(operator)}`,
        `create operator public.${sign} (function = public.trap_${index}, leftarg = ${left}, rightarg = ${right})`,
      ];
    }),
  ];
}

const zoo = (later: boolean) => () => {
  const Zoo = defineEntity({ name: 'Zoo', properties: { id: p.integer().primary(), name: p.string().unique() } });
  const Animal = defineEntity({
    name: 'Animal',
    properties: {
      id: p.integer().primary(),
      mood: p
        .enum(later ? ['sad', 'calm'] : ['calm', 'wild'])
        .nativeEnumName('mood')
        .default('calm'),
      size: later ? p.integer().nullable() : p.decimal().columnType('numeric').nullable(),
      is: later ? p.boolean().nullable() : p.decimal().columnType('numeric').nullable(),
      words: p
        .array()
        .columnType(later ? 'varchar(3)[]' : 'text[]')
        .nullable(),
      born: later ? p.datetime().nullable() : p.text().nullable(),
      double: p.integer().generated(later ? '(id * 3) stored' : '(id * 2) stored'),
      zoo: () => p.manyToOne(Zoo).nullable().deferMode('deferred'),
    },
    indexes: [{ name: 'animal_size', properties: ['size'] }],
    checks: [{ name: 'never_wild', expression: `mood <> '${later ? 'sad' : 'wild'}' or id > 0` }],
  });
  return [Zoo, Animal];
};

test('what another role left in the first namespace of the path is never met', async () => {
  const rows = `insert into zoo values (1, 'Artis'); insert into animal (size, "is", words, born, zoo_id) values (4, 1, '{a}', '2024-01-01', 1)`;
  await onStage({ before: zoo(false), after: zoo(true), rows }, async stage => {
    for (const trap of traps()) await stage.rows(trap);
    const live = await stage.read();
    const altered = ['mood', 'size', 'is', 'words', 'born', 'double'];
    for (const name of altered) {
      const column = stage.column(name);
      const is = live.columns.find(one => one.name === name);
      if (!is) throw new Error(`there is no ${name}`);
      await postgresqlEditor.difference(stage.context(), live, is, column);
      const misfit = await postgresqlEditor.misfit(stage.context(), live, is, column);
      expect(await stage.rows(`select id from animal where ${misfit ?? 'false'}`)).toEqual([]);
    }
    await stage.change([
      { kind: 'drop index', name: 'animal_size' },
      { kind: 'drop check', name: 'never_wild' },
      { kind: 'drop foreign key', columns: ['zoo_id'] },
      ...altered.map(name => ({ kind: 'alter column', name, column: stage.column(name) }) as const),
      {
        kind: 'add column',
        column: { ...stage.column('size'), name: 'weight', autoincrement: true },
        fill: '7',
      },
      { kind: 'rename column', from: 'weight', to: 'mass' },
      { kind: 'set primary key', columns: ['id'] },
      { kind: 'add index', index: stage.index() },
      { kind: 'add check', check: stage.check() },
      { kind: 'add foreign key', foreignKey: stage.foreignKey() },
      { kind: 'drop column', name: 'mass' },
    ]);
    await postgresqlEditor.goalTable(stage.context(), await stage.read());
    await postgresqlEditor.rows.countOn(stage.sql, { name: 'animal', namespace: undefined });
    await postgresqlEditor.rename(
      stage.context(),
      { name: 'animal', namespace: undefined },
      { name: 'beast', namespace: 'zoos' },
    );
    await postgresqlEditor.drop(
      stage.sql,
      (await postgresqlEditor.read(stage.sql, { name: 'beast', namespace: 'zoos' })) as never,
    );
  });
});
