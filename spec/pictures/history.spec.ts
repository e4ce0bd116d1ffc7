import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { MikroORM } from '@mikro-orm/core';
import type { Schema } from '../../lib/index.ts';
import { drawChanges, drawHistory, readVersion, type DrawnVersion } from '../../lib/pictures/history.ts';
import { dbml } from '../../lib/pictures/dbml.ts';
import { mermaid } from '../../lib/pictures/mermaid.ts';
import { onlyChanges, textBoxes } from '../../lib/pictures/text-boxes.ts';
import { openSchema } from '../../lib/open-schema.ts';
import { sqliteMemory } from '../support/databases.ts';
import { entitiesOf, LATEST, zooOf } from '../support/life/schema.ts';

let orm: MikroORM;
let zoo: Schema;
let drawn: DrawnVersion[];
let end: () => Promise<void>;

beforeAll(async () => {
  const database = await sqliteMemory.create();
  end = () => database.drop();
  orm = await database.orm(await entitiesOf(LATEST));
  zoo = zooOf(LATEST, orm);
  drawn = await drawHistory(zoo, openSchema(zoo));
});
afterAll(() => end());

/** The boxes of what became of a version, in words. */
function marksOf(version: number): string[] {
  const { changes } = drawn[version - 1] as DrawnVersion;
  return (changes?.boxes ?? [])
    .filter(({ mark }) => mark)
    .flatMap(box => [
      `${box.name} ${box.mark}${box.was ? `, was ${box.was}` : ''}`,
      ...box.fields
        .filter(({ mark }) => mark && box.mark === 'changed')
        .map(field => `${box.name}.${field.name} ${field.mark}${field.was ? `, was ${field.was}` : ''}`),
    ]);
}

async function between(from: number, to: number) {
  const read = async (version: number) =>
    [version, (await readVersion(openSchema(zoo), version)) ?? { entities: [] }] as const;
  return drawChanges(zoo, await read(from), await read(to));
}

describe('the history of the zoo', () => {
  test('has every version, its step and who may run on it', () => {
    expect(drawn.map(({ version }) => version)).toEqual(Array.from({ length: LATEST }, (_, index) => index + 1));
    expect(drawn[7]?.source).toContain('await step.renameStorage(before.Exhibit, after.Enclosure);');
    expect(drawn[0]?.source).toContain('await step.createStorage(');
    expect(drawn[9]).toMatchObject({ compatible: 10, lossy: expect.stringContaining('nickname') });
  });

  test('says what is new, what is gone and what has another name, from the names that the step uses', () => {
    expect(marksOf(8)).toEqual([
      'Animal changed',
      'Animal.enclosure changed, was exhibit',
      'Enclosure changed, was Exhibit',
    ]);
    expect(marksOf(6)).toContain('Food added');
    expect(marksOf(10)).toContain('Food removed');
  });

  test('says which index or check is new or gone', async () => {
    const others = async (from: number, to: number) =>
      (await between(from, to)).boxes.find(({ name }) => name === 'Animal')?.otherChanges;
    expect(await others(1, 2)).toEqual(['index name added']);
    expect(await others(4, 5)).toEqual(['check animal_legs_check added']);
    expect(await others(9, 10)).toContain('index name removed');
    expect(await others(7, 8)).toBeUndefined();
    const lines = textBoxes(onlyChanges(await between(4, 5)), 80, (_, text) => text);
    expect(lines.join('\n')).toContain('│ ~ check animal_legs_check added');
  });

  test('keeps an entity in its box when it gets another name', () => {
    expect(drawn[6]?.identities.get('Exhibit')).toBe('Exhibit');
    expect(drawn[7]?.identities.get('Enclosure')).toBe('Exhibit');
  });

  test('draws many steps as one difference', async () => {
    const { boxes } = await between(2, 9);
    expect(boxes.find(({ name }) => name === 'Enclosure')).toMatchObject({ was: 'Exhibit', mark: 'changed' });
    const { fields = [] } = boxes.find(({ name }) => name === 'Animal') ?? {};
    expect(fields.find(({ name }) => name === 'family')).toMatchObject({ was: 'species', mark: 'changed' });
    // Its name alone did not make another relation of it.
    expect((await between(7, 8)).links.filter(({ mark }) => mark)).toEqual([]);
  });

  test('nothing is marked between versions that are the same', async () => {
    const { boxes, links } = await between(9, 9);
    expect([...boxes, ...links].filter(({ mark }) => mark)).toEqual([]);
    expect(onlyChanges({ boxes, links }).boxes).toEqual([]);
  });
});

test('a terminal gets boxes side by side, and no line is longer than it is wide', async () => {
  const changes = onlyChanges(await between(7, 8));
  const marked = (mark: string, text: string) => (mark === 'changed' ? text : `<${text}>`);
  expect(textBoxes(changes, 80, marked)).toEqual([
    '┌───────────────────────────────────────┐  ┌───────────────────────────┐',
    '│ ~ Animal                              │  │ ~ Enclosure (was Exhibit) │',
    '├───────────────────────────────────────┤  └───────────────────────────┘',
    '│ ~ enclosure (was exhibit)  Enclosure? │',
    '└───────────────────────────────────────┘',
  ]);
  const narrow = textBoxes(changes, 44, marked);
  expect(Math.max(...narrow.map(line => line.length))).toBeLessThanOrEqual(44);
  expect(narrow).toContain('│ ~ Enclosure (was Exhibit) │');
});

test('Mermaid gets plain names, keys, and classes for what changed', async () => {
  const lines = mermaid(await between(7, 8)).split('\n');
  expect(lines[0]).toBe('erDiagram');
  expect(lines).toContain('  Enclosure["Enclosure (was Exhibit)"] {');
  expect(lines).toContain('    integer id PK');
  expect(lines.filter(line => line.includes('enclosure'))).toEqual([
    expect.stringMatching(/^ {4}Enclosure enclosure FK "nullable; was exhibit; changed: .+"$/),
    '  Animal }o--o| Enclosure : "enclosure"',
  ]);
  expect(lines).toContain('  class Enclosure changed');
});

test('names that Mermaid could not read are said in quotes', () => {
  const field = { type: 'double precision', columns: [], isKey: false, isReference: false, isNullable: false };
  const box = {
    table: 'x',
    isView: false,
    fields: [
      { ...field, name: 'größe' },
      { ...field, name: 'PK' },
    ],
  };
  const boxes = ['Tier "x"', 'one'].map(name => ({ ...box, name }));
  const link = { from: 'one', to: 'Tier "x"', property: 'p', kind: 'm:n', isNullable: false } as const;
  expect(mermaid({ boxes, links: [link] }).split('\n')).toEqual([
    'erDiagram',
    `  entity_1["Tier 'x'"] {`,
    '    double_precision gr__e "größe; double precision"',
    '    double_precision PK_ "PK; double precision"',
    '  }',
    '  entity_2["one"] {',
    '    double_precision gr__e "größe; double precision"',
    '    double_precision PK_ "PK; double precision"',
    '  }',
    `  entity_2 }o--o{ entity_1 : "p"`,
    '',
  ]);
});

test('DBML gets tables with their columns, keys, indexes and join tables', () => {
  const text = dbml((drawn[5] as DrawnVersion).description);
  expect(text).toContain('Table "animal" {\n  "id" "integer" [pk, increment, not null]\n');
  expect(text).toContain('    ("name") [unique]');
  expect(text).toContain('Table "animal_foods" {');
  expect(text).toMatch(/^Ref: "animal_foods"\."food_id" > "food"\."id" \[delete: cascade, update: cascade\]$/m);
});
