import { describe, expect, test } from '@jest/globals';
import type { Box, Diagram, Link } from '../../lib/pictures/diagram.ts';
import { draw, type BoxPlace } from '../../lib/pictures/draw.ts';
import type { DrawnVersion } from '../../lib/pictures/history.ts';
import { layOutDiagrams, loadViz, type Viz } from '../../lib/pictures/lay-out.ts';
import { measure } from '../../lib/pictures/measure.ts';
import { packVersions } from '../../lib/pictures/page/page-data.ts';
import { writePage } from '../../lib/pictures/page/write-page.ts';
import { svg } from '../../lib/pictures/svg.ts';
import { textBoxes } from '../../lib/pictures/text-boxes.ts';
import { wrapColumns } from '../../lib/pictures/wrap-columns.ts';

const field = { type: 'string', columns: [], isKey: false, isReference: false, isNullable: false };

function box(name: string, fields: readonly string[] = ['id']): Box {
  return { name, table: 'x', isView: false, fields: fields.map(one => ({ ...field, name: one })) };
}

/** A hub, and entities that all refer to it. */
function star(count: number, more: readonly string[] = []): Diagram {
  const names = Array.from({ length: count }, (_, index) => `Leaf${index}`);
  return {
    boxes: [box('Hub'), ...names.map(name => box(name, ['id', 'hub', ...more]))],
    links: names.map((from): Link => ({ from, to: 'Hub', property: 'hub', kind: 'm:1', isNullable: false })),
  };
}

function drawnVersion(version: number, diagram: Diagram, changes?: Diagram): DrawnVersion {
  const identities = new Map(diagram.boxes.map(({ name }) => [name, name]));
  const description = { entities: [] };
  return { version, description, diagram, identities, compatible: 1, ...(changes && { changes }) };
}

const overlaps = (places: readonly BoxPlace[]) =>
  places.flatMap((one, index) =>
    places
      .slice(index + 1)
      .filter(
        other =>
          one.x < other.x + other.width &&
          other.x < one.x + one.width &&
          one.y < other.y + other.height &&
          other.y < one.y + one.height,
      ),
  );

test('text is measured as a terminal shows it, and cut at a whole character', () => {
  expect(['Animal', 'größe', '名前', '🦓', '👩‍🌾', 'e\u0301'].map(measure.widthOf)).toEqual([6, 5, 4, 2, 2, 1]);
  expect([measure.cut('Animal', 6), measure.cut('Animals', 6), measure.cut('名前名前', 6)]).toEqual([
    'Animal',
    'Anima…',
    '名前…',
  ]);
});

describe('names as no one expects them', () => {
  const longest = 'L'.repeat(200);
  const strange = { boxes: [box('動物', ['名前', '🦓', 'id']), box('toString', ['valueOf']), box(longest)], links: [] };

  test('a terminal gets boxes with straight sides, and no line that is too long', () => {
    const lines = textBoxes(strange, 40, (_, text) => text);
    expect(lines.slice(0, 6)).toEqual([
      '┌──────────────┐  ┌─────────────────┐',
      '│ 動物         │  │ toString        │',
      '├──────────────┤  ├─────────────────┤',
      '│ 名前  string │  │ valueOf  string │',
      '│ 🦓    string │  └─────────────────┘',
      '│ id    string │',
    ]);
    expect(Math.max(...lines.map(measure.widthOf))).toBe(40);
    expect(lines.at(-4)).toBe(`│ ${'L'.repeat(35)}… │`);
  });

  test('a picture has room for them, and says what it cuts', async () => {
    const layout = layOutDiagrams((await loadViz()) as Viz, [{ diagram: strange, identities: new Map() }]);
    expect([...layout.places.keys()]).toEqual(['動物', 'toString', longest]);
    expect(layout.places.get(longest)?.width).toBeLessThan(700);
    expect(draw.sizeOf(box('あ'.repeat(40), [])).width).toBeGreaterThan(80 * 7);
    const text = svg(strange, layout);
    expect(text).toContain(`<title>${longest}</title>`);
    expect(text).toContain('>動物</text>');
  });

  test('the link of an entity with itself is inside the picture', async () => {
    const tree = {
      boxes: [box('Animal')],
      links: [{ from: 'Animal', to: 'Animal', kind: 'm:1' as const, isNullable: true }],
    };
    const layout = layOutDiagrams((await loadViz()) as Viz, [{ diagram: tree, identities: new Map() }]);
    const reach = [...svg(tree, layout).matchAll(/ d="M[\d.]+,[\d.]+ C([\d.]+),/g)].map(([, x]) => Number(x));
    expect(reach).toHaveLength(1);
    expect(layout.width).toBeGreaterThan(Math.max(...reach));
  });

  test('none of them becomes HTML or ends the script of a page', () => {
    const evil = '</script><script>alert(1)</script><img src=x>';
    const version = drawnVersion(1, { boxes: [box(evil, [evil])], links: [] });
    const layout = { places: new Map([[evil, { x: 0, y: 0, width: 9, height: 9 }]]), width: 9, height: 9 };
    const page = writePage({
      guid: evil,
      versions: [{ ...version, source: evil, lossy: evil }],
      layout,
      plans: new Map(),
      database: evil,
      log: [{ to: 1, title: evil, more: evil }],
    });
    expect(page.match(/<\/?script/g)).toEqual(['<script', '</script']);
    expect(page).not.toContain('<img');
  });
});

describe('many entities', () => {
  test('that all belong to one are no thin line, and none hides another', async () => {
    const diagram = star(60, ['a', 'b', 'c']);
    const { places, width, height } = layOutDiagrams((await loadViz()) as Viz, [{ diagram, identities: new Map() }]);
    expect(places.size).toBe(61);
    expect(width / height).toBeGreaterThan(1);
    expect(width / height).toBeLessThan(2.5);
    expect(overlaps([...places.values()])).toEqual([]);
  });

  test('a picture that is not tall stays as it was laid out', () => {
    const place = { x: 0, y: 0, width: 100, height: 50 };
    const wide = new Map([
      ['a', place],
      ['b', { ...place, x: 200 }],
      ['c', { ...place, x: 200, y: 60 }],
    ]);
    expect(wrapColumns(wide)).toBe(wide);
    expect(wrapColumns(new Map())).toEqual(new Map());
    // One box that is high by itself cannot be broken.
    expect(wrapColumns(new Map([['a', { ...place, height: 900 }]])).get('a')).toEqual({ ...place, height: 900 });
  });

  test('stand in a page once, as long as nothing in them changes', () => {
    const one = star(100);
    const marked = {
      ...one,
      boxes: one.boxes.map((old, index) => (index === 5 ? { ...old, mark: 'changed' as const } : old)),
    };
    const versions = Array.from({ length: 20 }, (_, index) =>
      drawnVersion(index + 1, one, index > 0 ? marked : undefined),
    );
    const { parts, versions: packed } = packVersions(versions, new Map());
    expect(parts).toHaveLength(one.boxes.length + one.links.length + 1);
    const there = packed[19]?.changes?.boxes.map(place => parts[place]);
    expect(there).toEqual(marked.boxes);
    expect(packed[19]?.identities).toEqual([]);
  });
});
