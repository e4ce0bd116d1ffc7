import { describe, expect, test } from '@jest/globals';
import type { LiveRelation, LiveStorage } from '../../lib/dialects/live-storage.ts';
import { sqliteEditor } from '../../lib/dialects/sqlite/editor.ts';
import type { LiveTable } from '../../lib/dialects/table-changes.ts';
import { showName } from '../../lib/dialects/table-names.ts';
import type { Difference } from '../../lib/difference.ts';
import { followRenames, type Rename } from '../../lib/drift/renames.ts';
import { findVanished } from '../../lib/drift/vanished.ts';
import type { WantedStorage } from '../../lib/drift/wanted-storage.ts';

const { likeness } = sqliteEditor;

function column(name: string, more: object = {}) {
  return { name, type: 'integer', nullable: false, default: undefined, generated: undefined, ...more };
}

function table(name: string, more: Partial<LiveTable> = {}): LiveTable {
  return {
    name,
    namespace: undefined,
    kind: 'table',
    columns: [column('id'), column('legs')],
    primaryKey: ['id'],
    indexes: [],
    checks: [],
    foreignKeys: [],
    ...more,
  };
}

const INDEX = { name: 'mine', columns: ['legs'], unique: false, definition: 'create index mine on animal (legs)' };
const CHECK = { name: 'sure', expression: 'legs > 0' };
const TRIGGER = { name: 'grow', does: undefined };

/** A storage that was read: whose tables are alike, reads alike. */
function storage(tables: readonly LiveTable[], hidden: readonly string[] = []): LiveStorage {
  const relations = tables.map((one): LiveRelation => ({
    name: one.name,
    namespace: one.namespace,
    visible: !hidden.includes(one.name),
    reading: JSON.stringify(one),
    describe: ({ name, namespace }) => ({ ...one, name, namespace }),
  }));
  return { relations, enums: [] };
}

/** A version that wants some tables. */
function wanting(...names: string[]): WantedStorage {
  const parts = names.map(name => ({ name: { name, namespace: undefined }, table: undefined, view: undefined }));
  return { parts: new Map(parts.map(part => [showName(part.name), part])) } as unknown as WantedStorage;
}

interface Steps {
  readonly was: readonly LiveTable[];
  readonly is: readonly LiveTable[];
  /** What the version before wanted, and the one after; `animal` by default. */
  readonly before?: readonly string[] | undefined;
  readonly after?: readonly string[];
  readonly differences?: readonly Difference[];
  readonly renames?: readonly Rename[];
  readonly named?: readonly string[];
  readonly hidden?: readonly string[];
}

function vanished(steps: Steps): Difference[] {
  const { was, is, before = ['animal'], after = before, differences = [], renames = [], named = [], hidden } = steps;
  const live = storage(is, hidden);
  return findVanished({ live: storage(was, hidden), wanted: wanting(...before), differences }, live, {
    renaming: followRenames(renames, name => is.some(one => showName(one) === name)),
    wanted: wanting(...after),
    likeness,
    named: name => named.includes(name),
  });
}

function said(steps: Steps): string[] {
  return vanished(steps).map(({ kind, path }) => `${kind} ${path.join('.')}`);
}

function extra(...path: string[]): Difference {
  return { kind: 'extra', path, live: {}, wanted: undefined };
}

/** A table with one part too many, and the same without it. */
function losing(part: Partial<LiveTable>) {
  return { was: [table('animal', part)], is: [table('animal')] };
}

describe('a table or view of others', () => {
  const view = table('census', { kind: 'view', definition: 'select 1' });

  test('that is gone is missed, and told whole', () => {
    expect(vanished({ was: [table('animal'), view], is: [table('animal')] })).toEqual([
      { kind: 'missing', path: ['census'], live: undefined, wanted: view },
    ]);
  });

  test.each<[string, Partial<Steps>]>([
    ['is there', { is: [table('animal'), view] }],
    ['was named', { named: ['census'] }],
    [
      'was renamed',
      { is: [table('animal'), table('count')], renames: [{ kind: 'table', from: 'census', to: 'count' }] },
    ],
    ['was ours', { before: ['animal', 'census'], after: ['animal'] }],
  ])('that %s is not', (_, more) => {
    expect(said({ was: [table('animal'), view], is: [table('animal')], ...more })).toEqual([]);
  });

  test('is missed where no version is known', () => {
    const live = storage([]);
    const found = findVanished({ live: storage([view]), wanted: undefined, differences: [] }, live, {
      renaming: followRenames([], () => false),
      wanted: wanting('animal'),
      likeness,
      named: () => false,
    });
    expect(found.map(({ path }) => path)).toEqual([['census']]);
  });

  test('of a namespace is another than one of that name elsewhere, and is called by both where it is not found without', () => {
    const elsewhere = table('census', { namespace: 'shop' });
    const [was, is] = [
      [table('animal'), elsewhere],
      [table('animal'), view],
    ];
    expect(said({ was, is })).toEqual(['missing census']);
    expect(said({ was, is, hidden: ['census'] })).toEqual(['missing shop.census']);
  });
});

describe('a part of a table that was there and is gone', () => {
  test.each<[string, Partial<LiveTable>, Difference[], string[]]>([
    ['a check', { checks: [CHECK] }, [extra('animal', 'check', 'sure')], ['missing animal.check.sure']],
    [
      'a check without a name',
      { checks: [{ name: '', expression: 'legs > 0' }] },
      [extra('animal', 'check', 'legs > 0')],
      ['missing animal.check.legs > 0'],
    ],
    ['an index', { indexes: [INDEX] }, [extra('animal', 'index', 'mine')], ['missing animal.index.mine']],
    [
      'an index without a name',
      { indexes: [{ ...INDEX, name: '', columns: ['id', 'legs'] }] },
      [extra('animal', 'index', 'id, legs')],
      ['missing animal.index.id, legs'],
    ],
    ['a trigger', { triggers: [TRIGGER] }, [extra('animal', 'trigger', 'grow')], ['missing animal.trigger.grow']],
    [
      'a column',
      { columns: [...table('').columns, column('tail')] },
      [extra('animal', 'column', 'tail')],
      ['missing animal.column.tail'],
    ],
  ])('is missed if it was a stranger: %s', (_, part, differences, expected) => {
    expect(said({ ...losing(part), differences })).toEqual(expected);
    // What was wanted goes when it no longer is.
    expect(said(losing(part))).toEqual([]);
    // A stranger elsewhere, or a part that differed, is none here.
    const others = differences.map(({ path: [, ...rest] }) => extra('keeper', ...rest));
    expect(said({ ...losing(part), differences: others })).toEqual([]);
    const different = differences.map(({ path }): Difference => ({ kind: 'different', path, live: 1, wanted: 2 }));
    expect(said({ ...losing(part), differences: different })).toEqual([]);
    expect(said({ ...losing(part), differences: [extra('animal')] })).toEqual([]);
  });

  test.each<[string, Partial<LiveTable>, string]>([
    ['a grant', { extras: [{ kind: 'grant', name: 'reader', definition: 'select' }] }, 'missing animal.grant.reader'],
    [
      'a policy',
      { extras: [{ kind: 'policy', name: 'own', definition: 'using (true)' }] },
      'missing animal.policy.own',
    ],
    ['row security', { extras: [{ kind: 'row security', name: '', definition: 'on' }] }, 'missing animal.row security'],
    ['an owner', { extras: [{ kind: 'owner', name: '', definition: 'me' }] }, 'missing animal.owner'],
    ['a comment', { comment: 'those who live here' }, 'missing animal.comment'],
    [
      'the comment of a column',
      { columns: [column('id'), column('legs', { comment: 'how many' })] },
      'missing animal.comment.legs',
    ],
  ])('is missed if no entity can say it: %s', (_, part, expected) => {
    expect(said(losing(part))).toEqual([expected]);
    expect(said({ was: [table('animal', part)], is: [table('animal', part)] })).toEqual([]);
  });

  test.each<[string, Partial<LiveTable>, Difference[], string]>([
    ['a check', { checks: [CHECK] }, [extra('animal', 'check', 'sure')], 'sure'],
    ['an index', { indexes: [INDEX] }, [extra('animal', 'index', 'mine')], 'mine'],
    ['a trigger', { triggers: [TRIGGER] }, [extra('animal', 'trigger', 'grow')], 'grow'],
    ['a column', { columns: [...table('').columns, column('tail')] }, [extra('animal', 'column', 'tail')], 'tail'],
    ['a grant', { extras: [{ kind: 'grant', name: 'reader', definition: 'select' }] }, [], 'reader'],
    ['row security', { extras: [{ kind: 'row security', name: '', definition: 'on' }] }, [], 'row level security'],
    ['a comment', { comment: 'those who live here' }, [], 'comment'],
    ['the comment of a column', { columns: [column('id'), column('legs', { comment: 'how many' })] }, [], 'comment'],
  ])('is not missed if a step named it: %s', (_, part, differences, name) => {
    expect(said({ ...losing(part), differences })).toHaveLength(1);
    expect(said({ ...losing(part), differences, named: [name] })).toEqual([]);
  });

  test('is not missed if it went with a column', () => {
    const was = [
      table('animal', {
        columns: [column('id'), column('legs')],
        checks: [CHECK],
        indexes: [INDEX],
        comment: 'legs count',
      }),
    ];
    const is = [table('animal', { columns: [column('ID')] })];
    const differences = [
      extra('animal', 'check', 'sure'),
      extra('animal', 'index', 'mine'),
      extra('animal', 'column', 'legs'),
    ];
    expect(said({ was, is, differences })).toEqual(['missing animal.column.legs']);
    const staying = [table('animal', { columns: [column('id'), column('legs2')] })];
    const other = [
      table('animal', {
        columns: [column('id'), column('legs2')],
        checks: [{ name: 'sure', expression: 'legs2 > 0' }],
      }),
    ];
    expect(said({ was: other, is: staying, differences })).toEqual(['missing animal.check.sure']);
  });

  test('goes unnoticed with a column whose name has a hyphen no more than with any', () => {
    const was = [table('animal', { columns: [column('id'), column('hind-legs')], checks: [CHECK] })];
    const is = [table('animal', { columns: [column('id')] })];
    expect(said({ was, is, differences: [extra('animal', 'check', 'sure')] })).toEqual(['missing animal.check.sure']);
  });

  test.each(['le"gs', 'le`gs', 'name', 'columns', 'le\\gs'])('with the column %s goes only what names it', name => {
    const expression = `"${name.replaceAll('"', '""')}" > 0`;
    const was = [
      table('animal', { columns: [column('id'), column(name)], checks: [{ name: 'own', expression }, CHECK] }),
    ];
    const differences = [extra('animal', 'check', 'own'), extra('animal', 'check', 'sure')];
    expect(said({ was, is: [table('animal', { columns: [column('id')] })], differences })).toEqual([
      'missing animal.check.sure',
    ]);
  });

  test('is told as it was', () => {
    expect(vanished(losing({ comment: 'those who live here' }))).toEqual([
      { kind: 'missing', path: ['animal', 'comment'], live: undefined, wanted: 'those who live here' },
    ]);
    expect(vanished({ ...losing({ checks: [CHECK] }), differences: [extra('animal', 'check', 'sure')] })).toEqual([
      { kind: 'missing', path: ['animal', 'check', 'sure'], live: undefined, wanted: CHECK },
    ]);
  });
});

describe('a part that is another now', () => {
  const owned = (definition: string) => [table('animal', { extras: [{ kind: 'owner', name: '', definition }] })];

  test('is told, if no entity can say it', () => {
    expect(vanished({ was: owned('me'), is: owned('you') })).toEqual([
      { kind: 'different', path: ['animal', 'owner'], live: 'you', wanted: 'me' },
    ]);
    expect(said({ was: owned('me'), is: owned('"ME"') })).toEqual([]);
  });

  test('is told of the comment of a column', () => {
    const commented = (comment: string) => [table('animal', { columns: [column('id'), column('legs', { comment })] })];
    expect(said({ was: commented('how many'), is: commented('which') })).toEqual(['different animal.comment.legs']);
  });

  test('is no loss, where there was none before', () => {
    const is = [table('animal', { comment: 'here', triggers: [], extras: [] })];
    expect(said({ was: [table('animal')], is })).toEqual([]);
    expect(said({ was: [table('animal')], is: [table('animal', { triggers: [], extras: [] })] })).toEqual([]);
  });

  test('is a matter of the comparison, if one can', () => {
    const was = [table('animal', { checks: [CHECK], comment: 'a' })];
    const is = [table('animal', { checks: [{ ...CHECK, expression: 'legs > 1' }], comment: 'a' })];
    expect(said({ was, is, differences: [extra('animal', 'check', 'sure')] })).toEqual([]);
  });
});

describe('where names changed', () => {
  const RENAMES: Rename[] = [
    { kind: 'table', from: 'animal', to: 'beast' },
    { kind: 'column', table: 'beast', from: 'legs', to: 'feet' },
  ];
  const feet = [column('id'), column('feet')];
  const renamed = (was: Partial<LiveTable>, is: Partial<LiveTable>, differences: readonly Difference[] = []) =>
    said({
      was: [table('animal', was)],
      is: [table('beast', { columns: feet, ...is })],
      after: ['beast'],
      renames: RENAMES,
      differences,
    });

  test('parts are known again', () => {
    const strange = [extra('animal', 'check', 'sure'), extra('animal', 'index', 'mine')];
    const parts = { checks: [CHECK], indexes: [INDEX] };
    const now = { checks: [{ name: 'sure', expression: '"feet" > 0' }], indexes: [{ ...INDEX, columns: ['feet'] }] };
    expect(renamed(parts, now, strange)).toEqual([]);
    expect(renamed(parts, {}, strange)).toEqual(['missing beast.index.mine', 'missing beast.check.sure']);
  });

  test('parts that are named by columns have their new names', () => {
    const columns = [column('id'), column('legs', { comment: 'how many' })];
    expect(renamed({ columns }, { columns: [column('id'), column('feet', { comment: 'how many' })] })).toEqual([]);
    expect(renamed({ columns }, {})).toEqual(['missing beast.comment.feet']);
    const nameless = { indexes: [{ ...INDEX, name: '' }], checks: [{ name: '', expression: 'legs > 0' }] };
    const strange = [extra('animal', 'index', 'legs'), extra('animal', 'check', 'legs > 0')];
    expect(renamed(nameless, {}, strange)).toEqual(['missing beast.index.feet', 'missing beast.check.feet > 0']);
    const now = {
      indexes: [{ ...INDEX, name: '', columns: ['feet'] }],
      checks: [{ name: '', expression: 'feet > 0' }],
    };
    expect(renamed(nameless, now, strange)).toEqual([]);
  });

  test('a column of a stranger is known again', () => {
    const steps = {
      was: [table('animal', { columns: [column('id'), column('tail')] })],
      after: ['beast'],
      renames: [RENAMES[0]!, { kind: 'column', table: 'beast', from: 'tail', to: 'plume' } as const],
      differences: [extra('animal', 'column', 'tail')],
    };
    expect(said({ ...steps, is: [table('beast', { columns: [column('id'), column('plume')] })] })).toEqual([]);
    expect(said({ ...steps, is: [table('beast', { columns: [column('id')] })] })).toEqual([
      'missing beast.column.plume',
    ]);
  });

  test('parts with names keep them, even those called as a column', () => {
    const grant = { extras: [{ kind: 'grant', name: 'legs', definition: 'select' }] as const };
    expect(renamed(grant, {})).toEqual(['missing beast.grant.legs']);
    expect(renamed(grant, grant)).toEqual([]);
  });

  test('what is said of a renamed column is the same', () => {
    const rule = (definition: string) => ({ extras: [{ kind: 'rule', name: 'r', definition }] as const });
    expect(renamed(rule('where legs > 0'), rule('where feet > 0'))).toEqual([]);
    expect(renamed(rule('where legs > 0'), rule('where feet > 1'))).toEqual(['different beast.rule.r']);
  });

  test('a text that is no name stays, whether the database rewrote it or not', () => {
    const rule = (definition: string) => ({ extras: [{ kind: 'rule', name: 'r', definition }] as const });
    expect(renamed(rule(`where legs > 0 and kind = 'legs'`), rule(`where feet > 0 and kind = 'legs'`))).toEqual([]);
    expect(renamed(rule(`where kind = 'legs'`), rule(`where kind = 'arms'`))).toEqual(['different beast.rule.r']);
    const commented = (name: string, comment: string) => ({
      columns: [column('id'), column(name, { comment })],
      comment: 'each animal has legs',
    });
    expect(renamed(commented('legs', 'how many legs'), commented('feet', 'how many legs'))).toEqual([]);
    expect(renamed(commented('legs', 'how many legs'), commented('feet', 'how many'))).toEqual([
      'different beast.comment.feet',
    ]);
  });

  test('a name with a quote is known again', () => {
    const quoted = { kind: 'column', table: 'animal', from: 'le"gs', to: 'fe"et' } as const;
    const rule = (name: string, definition: string) =>
      table('animal', { columns: [column('id'), column(name)], extras: [{ kind: 'rule', name: 'r', definition }] });
    const was = [rule('le"gs', 'where "le""gs" > 0')];
    expect(said({ was, is: [rule('fe"et', 'where "fe""et" > 0')], renames: [quoted] })).toEqual([]);
    expect(said({ was, is: [rule('fe"et', 'where "fe""et" > 1')], renames: [quoted] })).toEqual([
      'different animal.rule.r',
    ]);
  });
});

test('tables that are gone, or were never there, have no parts to miss', () => {
  const was = [table('animal', { comment: 'here' })];
  expect(said({ was, is: [] })).toEqual([]);
  expect(said({ was: [], is: was })).toEqual([]);
});

test('what cannot be taken apart was told already, and hides nothing else', () => {
  const unreadable = (one: LiveStorage): LiveStorage => ({
    ...one,
    relations: one.relations.map(relation => ({
      ...relation,
      describe: () => {
        throw new Error('unreadable');
      },
    })),
  });
  const found = findVanished(
    { live: unreadable(storage([table('animal', { comment: 'a' })])), wanted: wanting('animal'), differences: [] },
    storage([table('animal')]),
    { renaming: followRenames([], () => true), wanted: wanting('animal'), likeness, named: () => false },
  );
  expect(found).toHaveLength(0);
});

test('what reads as it did is not taken apart', () => {
  const calm = storage([table('animal')]);
  const [relation] = calm.relations;
  const asked: string[] = [];
  const watching: LiveStorage = {
    ...calm,
    relations: [{ ...relation!, describe: name => (asked.push(name.name), relation!.describe(name)) }],
  };
  findVanished({ live: watching, wanted: wanting('animal'), differences: [] }, watching, {
    renaming: followRenames([], () => true),
    wanted: wanting('animal'),
    likeness,
    named: () => false,
  });
  expect(asked).toEqual([]);
});
