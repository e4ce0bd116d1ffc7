import { describe, expect, test } from '@jest/globals';
import { assertTarget, decide, storageDiffers, verdictOn, type Asked, type Move } from '../../lib/boot/decide.ts';
import type { Definition, Steps } from '../../lib/boot/definition.ts';
import { compatibleAt } from '../../lib/boot/compatible.ts';
import { planSteps } from '../../lib/boot/planned-steps.ts';
import type { StorageMatch } from '../../lib/boot/frozen/find-version.ts';
import type { Others } from '../../lib/boot/modules/others.ts';
import type { Difference } from '../../lib/difference.ts';
import { isSchemaError } from '../../lib/errors.ts';
import { parseRow, type DeployedRow } from '../../lib/store/deployed-row.ts';
import type { Survey } from '../../lib/store/survey.ts';

/** Code of version 5, whose first step is upgradeTo_3, and which knows the way back as far as 3. */
function code({ steps = {}, frozen = [], fingerprint }: Code = {}): Definition {
  return {
    guid: 'zoo',
    latest: 5,
    baseline: 2,
    up: new Map([3, 4, 5].map(version => [version, `upgradeTo_${version}`])),
    down: new Map([4, 3].map(version => [version, `downgradeTo_${version}`])),
    hasOnInstall: false,
    hasOnRestore: false,
    extra: [],
    optionsOf: version => steps[version] ?? {},
    compatibleAt: version => compatibleAt(version, steps),
    frozen,
    versionOf: version => (frozen.includes(version) ? { fingerprint: '1:ab', load: async () => ({}) } : undefined),
    fingerprintOf: () => fingerprint,
    needsAt: () => new Map(),
    raisedAt: [],
  };
}

interface Code {
  readonly steps?: Steps;
  readonly frozen?: readonly number[];
  readonly fingerprint?: string;
}

function at(version: number, fields: Record<string, unknown> = {}): DeployedRow {
  return parseRow('zoo', [{ guid: 'zoo', version, compatible: version, epoch: 1, ...fields }]) as DeployedRow;
}

const EMPTY: Survey = { own: [], missing: ['animal', 'exhibit'], other: [] };
const STRANGE: Survey = { ...EMPTY, other: ['invoice'] };
const PARTLY: Survey = { own: ['animal'], missing: ['exhibit'], other: [] };
const WHOLE: Survey = { own: ['animal', 'exhibit'], missing: [], other: [] };

interface Case {
  readonly row?: DeployedRow;
  readonly survey?: Survey;
  readonly match?: StorageMatch;
  readonly others?: Others;
  readonly code?: Code;
}

function moveFor(asked: Asked, { code: written, ...found }: Case = {}): Move {
  return decide(asked, { row: undefined, place: 'zoo.db', ...found }, code(written));
}

/** A move as one line: what is done, or the code and the text of what is thrown. */
function shown(move: Move): string {
  switch (move.kind) {
    case 'rest':
      return `${move.outcome} at ${move.version}`;
    case 'install':
      return `install ${move.version}`;
    case 'adopt':
      return [`adopt ${move.version}`, ...move.steps.map(step => step.method)].join(', ');
    case 'run':
      return move.steps.map(step => step.method).join(', ');
    case 'complete':
      return `create ${move.tables.join(', ')}`;
    case 'allow':
      return `allow ${move.to}`;
    case 'look':
    case 'find':
      return move.kind;
    default:
      if (!isSchemaError(move.error)) throw new Error('not an error of ours');
      return `${move.kind}: ${move.error.code}`;
  }
}

const FORKED: Case = { row: at(5, { fingerprint: '1:cd' }), code: { fingerprint: '1:ab' } };
const WELCOME: Case = { row: at(7, { compatible: 5 }) };

function upgrade(fields: Partial<Extract<Asked, { verb: 'upgrade' }>> = {}): Asked {
  return { verb: 'upgrade', target: 5, install: undefined, adopt: undefined, ...fields };
}

describe('an upgrade', () => {
  test.each<[string, Asked, Case, string]>([
    ['of a database without a row looks at its storage', upgrade(), {}, 'look'],
    ['of an empty database installs it', upgrade(), { survey: EMPTY }, 'install 5'],
    ['that may not install does not', upgrade({ install: false }), { survey: EMPTY }, 'refuse: VERSION_MISSING'],
    ['finds the tables of strangers', upgrade(), { survey: STRANGE }, 'refuse: VERSION_MISSING'],
    ['installs beside them where it is told to', upgrade({ install: true }), { survey: STRANGE }, 'install 5'],
    ['does not know what storage without a row is', upgrade(), { survey: WHOLE }, 'refuse: VERSION_MISSING'],
    ['nor a part of it', upgrade({ install: true }), { survey: PARTLY }, 'refuse: VERSION_MISSING'],
    ['adopts it where it is told to', upgrade({ adopt: 3 }), { survey: PARTLY }, 'adopt 3, upgradeTo_4, upgradeTo_5'],
    ['adopts what is level', upgrade({ adopt: 5 }), { survey: WHOLE }, 'adopt 5'],
    ['adopts nothing empty', upgrade({ adopt: 3 }), { survey: EMPTY }, 'install 5'],
    ['adopts nothing above its target', upgrade({ adopt: 4, target: 3 }), { survey: WHOLE }, 'refuse: TARGET_INVALID'],
    ['adopts nothing below the baseline', upgrade({ adopt: 1 }), { survey: WHOLE }, 'refuse: TARGET_INVALID'],
    ['installs no version that is not frozen', upgrade({ target: 4 }), { survey: EMPTY }, 'refuse: TARGET_INVALID'],
    ['installs one that is', upgrade({ target: 4 }), { survey: EMPTY, code: { frozen: [4] } }, 'install 4'],
    ['runs the steps that are missing', upgrade(), { row: at(2) }, 'upgradeTo_3, upgradeTo_4, upgradeTo_5'],
    ['runs those up to its target', upgrade({ target: 4 }), { row: at(3) }, 'upgradeTo_4'],
    ['has nothing to do where it is level', upgrade(), { row: at(5) }, 'level at 5'],
    ['never goes down', upgrade({ target: 3 }), { row: at(4) }, 'refuse: TARGET_INVALID'],
    ['is done where another went on', upgrade({ target: 3, hasRun: true }), { row: at(4) }, 'level at 4'],
    ['has no step that starts below the baseline', upgrade(), { row: at(1) }, 'refuse: VERSION_TOO_OLD'],
    ['leaves a newer database alone', upgrade(), WELCOME, 'ahead at 7'],
    ['is told that a newer one is not for it', upgrade(), { row: at(7) }, 'refuse: VERSION_AHEAD'],
    ['knows another branch', upgrade(), FORKED, 'refuse: VERSION_FORKED'],
  ])('%s', (_, asked, found, expected) => {
    expect(shown(moveFor(asked, found))).toBe(expected);
  });
});

function downgrade(fields: Partial<Extract<Asked, { verb: 'downgrade' }>> = {}): Asked {
  return { verb: 'downgrade', target: 3, allowLoss: false, ...fields };
}

const LOSSY: Code = { steps: { 4: { lossy: 'loses the moods' } } };

describe('a downgrade', () => {
  test.each<[string, Asked, Case, string]>([
    ['takes each way back', downgrade(), { row: at(5) }, 'downgradeTo_4, downgradeTo_3'],
    ['starts from what is behind', downgrade(), { row: at(4) }, 'downgradeTo_3'],
    ['has nothing to do where it is there', downgrade(), { row: at(3) }, 'level at 3'],
    ['never goes up', downgrade({ target: 4 }), { row: at(3) }, 'refuse: TARGET_INVALID'],
    ['is done where another went on', downgrade({ target: 4, hasRun: true }), { row: at(3) }, 'level at 3'],
    ['misses a way back before it begins', downgrade({ target: 2 }), { row: at(5) }, 'refuse: TARGET_INVALID'],
    ['loses nothing by accident', downgrade(), { row: at(5), code: LOSSY }, 'refuse: TARGET_INVALID'],
    ['loses what it may', downgrade({ allowLoss: true }), { row: at(5), code: LOSSY }, 'downgradeTo_4, downgradeTo_3'],
    ['does not know the way from a newer version', downgrade(), WELCOME, 'refuse: TARGET_INVALID'],
    ['is told of one that is not for it', downgrade(), { row: at(7) }, 'refuse: VERSION_AHEAD'],
    ['knows another branch', downgrade(), FORKED, 'refuse: VERSION_FORKED'],
    ['needs a row', downgrade(), { survey: WHOLE }, 'refuse: VERSION_MISSING'],
    ['may start where no step up does', downgrade({ target: 1 }), { row: at(1) }, 'level at 1'],
  ])('%s', (_, asked, found, expected) => {
    expect(shown(moveFor(asked, found))).toBe(expected);
  });
});

const LOSES_UP: Code = { steps: { 4: { lossy: { up: 'drops the moods' } } } };

test('a step up that is declared to lose data waits until that is allowed, also where a database is adopted first', () => {
  for (const asked of [upgrade(), upgrade({ target: 4 })]) {
    const refused = moveFor(asked, { row: at(3), code: LOSES_UP });
    expect(refused).toMatchObject({
      error: { message: expect.stringContaining('upgradeTo_4 drops the moods. If you accept that') },
    });
  }
  const runs = moveFor(upgrade({ allowLoss: true }), { row: at(3), code: LOSES_UP });
  expect(shown(runs)).toBe('upgradeTo_4, upgradeTo_5');
  expect(shown(moveFor(upgrade(), { row: at(4), code: LOSES_UP }))).toBe('upgradeTo_5');
  expect(shown(moveFor(upgrade(), { row: at(3), code: LOSSY }))).toBe('upgradeTo_4, upgradeTo_5');
  expect(shown(moveFor(downgrade(), { row: at(5), code: LOSES_UP }))).toBe('downgradeTo_4, downgradeTo_3');
  const adopting = { survey: WHOLE, code: LOSES_UP };
  expect(shown(moveFor(upgrade({ adopt: 3 }), adopting))).toBe('refuse: TARGET_INVALID');
  expect(shown(moveFor(upgrade({ adopt: 3, allowLoss: true }), adopting))).toBe('adopt 3, upgradeTo_4, upgradeTo_5');
  expect(shown(moveFor({ verb: 'adopt', version: 3 }, adopting))).toBe('adopt 3');
});

describe('every other call', () => {
  test.each<[string, Asked, Case, string]>([
    ['adopt() looks', { verb: 'adopt', version: 3 }, {}, 'look'],
    ['adopt() records what is there', { verb: 'adopt', version: 3 }, { survey: PARTLY }, 'adopt 3'],
    ['adopt() needs storage', { verb: 'adopt', version: 3 }, { survey: EMPTY }, 'refuse: VERSION_MISSING'],
    ['adopt() is for no row', { verb: 'adopt', version: 3 }, { row: at(3) }, 'refuse: TARGET_INVALID'],
    ['adopt() knows the baseline', { verb: 'adopt', version: 1 }, { survey: WHOLE }, 'refuse: TARGET_INVALID'],
    ['assertStorage() looks for a row', { verb: 'assertStorage', install: undefined }, {}, 'look'],
    ['assertStorage() looks at tables', { verb: 'assertStorage', install: undefined }, { row: at(5) }, 'look'],
    ['assertStorage() installs', { verb: 'assertStorage', install: undefined }, { survey: STRANGE }, 'install 5'],
    [
      'assertStorage() may be kept from it',
      { verb: 'assertStorage', install: false },
      { survey: EMPTY },
      'refuse: VERSION_MISSING',
    ],
    [
      'assertStorage() creates what is missing',
      { verb: 'assertStorage', install: undefined },
      { row: at(5), survey: PARTLY },
      'create exhibit',
    ],
    [
      'assertStorage() has nothing to do',
      { verb: 'assertStorage', install: undefined },
      { row: at(5), survey: WHOLE },
      'level at 5',
    ],
    [
      'assertStorage() is no upgrade',
      { verb: 'assertStorage', install: undefined },
      { row: at(4) },
      'refuse: VERSION_BEHIND',
    ],
    ['assertStorage() leaves a newer one alone', { verb: 'assertStorage', install: undefined }, WELCOME, 'ahead at 7'],
    ['assertVersion() passes', { verb: 'assertVersion' }, { row: at(5) }, 'level at 5'],
    ['assertVersion() lets older code in', { verb: 'assertVersion' }, WELCOME, 'ahead at 7'],
    ['assertVersion() needs a row', { verb: 'assertVersion' }, {}, 'refuse: VERSION_MISSING'],
    ['assertVersion() needs the steps', { verb: 'assertVersion' }, { row: at(4) }, 'refuse: VERSION_BEHIND'],
    ['waitForVersion() waits for an installation', { verb: 'waitForVersion' }, {}, 'wait: VERSION_MISSING'],
    ['waitForVersion() waits for steps', { verb: 'waitForVersion' }, { row: at(4) }, 'wait: VERSION_BEHIND'],
    ['waitForVersion() does not wait in vain', { verb: 'waitForVersion' }, { row: at(1) }, 'refuse: VERSION_TOO_OLD'],
    ['waitForVersion() is over', { verb: 'waitForVersion' }, { row: at(5) }, 'level at 5'],
    ['allow() lowers', { verb: 'allow', version: 5 }, { row: at(7) }, 'allow 5'],
    ['allow() raises nothing', { verb: 'allow', version: 6 }, WELCOME, 'level at 7'],
    ['allow() needs a row', { verb: 'allow', version: 5 }, {}, 'refuse: VERSION_MISSING'],
  ])('%s', (_, asked, found, expected) => {
    expect(shown(moveFor(asked, found))).toBe(expected);
  });
});

test('a plan decides as the call does that it tells of', () => {
  const planned = (target: number | undefined, found: Case) =>
    moveFor({ verb: 'plan', target, install: undefined, adopt: 3 }, found);
  for (const found of [{}, { survey: EMPTY }, { survey: WHOLE }, { row: at(3) }, { row: at(5) }, WELCOME]) {
    expect(planned(undefined, found)).toEqual(moveFor(upgrade({ adopt: 3 }), found));
  }
  expect(planned(4, { row: at(3) })).toEqual(moveFor(upgrade({ target: 4 }), { row: at(3) }));
  // What is lost is told, and forbids nothing yet.
  const lossy = { row: at(5), code: LOSSY };
  expect(planned(3, lossy)).toEqual(moveFor(downgrade({ allowLoss: true }), lossy));
  const losing = { row: at(3), code: LOSES_UP };
  expect(planned(5, losing)).toEqual(moveFor(upgrade({ allowLoss: true }), losing));
});

test('the steps of a move are those of a plan from where the database is', () => {
  const written: Code = { steps: { 4: { compatible: 2 }, 5: { compatible: 3, foreignKeys: 'on' } } };
  const row = at(3, { compatible: 1 });
  expect(moveFor(upgrade(), { row, code: written })).toEqual({ kind: 'run', steps: planSteps(code(written), row, 5) });
  expect(moveFor(upgrade({ adopt: 3 }), { survey: WHOLE, code: written })).toEqual({
    kind: 'adopt',
    version: 3,
    steps: planSteps(code(written), { version: 3, compatible: 3 }, 5),
  });
});

function matching(...same: number[]): StorageMatch {
  return { same, nearest: undefined };
}

const LACKS_LEGS: Difference = { kind: 'missing', path: ['animal', 'column', 'legs'], live: undefined, wanted: {} };
const NEAR: StorageMatch = { same: [], nearest: { version: 4, differences: [LACKS_LEGS] } };

describe('a version that is not known is found by comparing', () => {
  test.each<[string, Asked, Case, string]>([
    ['first the tables', upgrade({ adopt: 'find' }), {}, 'look'],
    ['then the frozen versions', upgrade({ adopt: 'find' }), { survey: WHOLE }, 'find'],
    ['an empty database is installed', upgrade({ adopt: 'find' }), { survey: EMPTY }, 'install 5'],
    [
      'what is one version goes on from there',
      upgrade({ adopt: 'find' }),
      { survey: WHOLE, match: matching(4) },
      'adopt 4, upgradeTo_5',
    ],
    [
      'as far as the target',
      upgrade({ adopt: 'find', target: 4 }),
      { survey: WHOLE, match: matching(3) },
      'adopt 3, upgradeTo_4',
    ],
    ['and no further', upgrade({ adopt: 'find', target: 4 }), { survey: WHOLE, match: matching(4) }, 'adopt 4'],
    [
      'what is above the target is refused',
      upgrade({ adopt: 'find', target: 3 }),
      { survey: WHOLE, match: matching(4) },
      'refuse: TARGET_INVALID',
    ],
    [
      'what is two versions is refused',
      upgrade({ adopt: 'find' }),
      { survey: WHOLE, match: matching(4, 3) },
      'refuse: TARGET_INVALID',
    ],
    [
      'what is nearly one is refused',
      upgrade({ adopt: 'find' }),
      { survey: WHOLE, match: NEAR },
      'refuse: STORAGE_DIFFERS',
    ],
    [
      'without frozen versions there is nothing to find',
      upgrade({ adopt: 'find' }),
      { survey: WHOLE, match: matching() },
      'refuse: TARGET_INVALID',
    ],
    ['adopt() looks', { verb: 'adopt', version: 'find' }, {}, 'look'],
    ['adopt() compares', { verb: 'adopt', version: 'find' }, { survey: WHOLE }, 'find'],
    ['adopt() only records', { verb: 'adopt', version: 'find' }, { survey: WHOLE, match: matching(3) }, 'adopt 3'],
    [
      'losses are declared from there on',
      upgrade({ adopt: 'find' }),
      { survey: WHOLE, match: matching(3), code: LOSES_UP },
      'refuse: TARGET_INVALID',
    ],
    [
      'and may be allowed',
      upgrade({ adopt: 'find', allowLoss: true }),
      { survey: WHOLE, match: matching(3), code: LOSES_UP },
      'adopt 3, upgradeTo_4, upgradeTo_5',
    ],
  ])('%s', (_, asked, found, expected) => {
    expect(shown(moveFor(asked, found))).toBe(expected);
  });
});

describe('at the edges', () => {
  test.each<[string, Asked, Case, string]>([
    ['a database that is level with a target below latest', upgrade({ target: 4 }), { row: at(4) }, 'level at 4'],
    ['another ran further than the target', upgrade({ target: 4, hasRun: true }), { row: at(5) }, 'level at 5'],
    ['a version equal to the target is adopted', upgrade({ adopt: 4, target: 4 }), { survey: WHOLE }, 'adopt 4'],
    ['the baseline is adopted', { verb: 'adopt', version: 2 }, { survey: WHOLE }, 'adopt 2'],
    [
      'strangers alone are in the way of a frozen version too',
      upgrade({ target: 4 }),
      { survey: STRANGE, code: { frozen: [4] } },
      'refuse: VERSION_MISSING',
    ],
    [
      'own tables count before the permission to install',
      upgrade({ install: false, adopt: 5 }),
      { survey: WHOLE },
      'adopt 5',
    ],
    [
      'a downgrade after steps of another has an error of its own, where the code may not run',
      downgrade({ target: 4, hasRun: true }),
      { row: at(5), ...FORKED },
      'refuse: VERSION_FORKED',
    ],
    [
      'and at its target too',
      downgrade({ target: 5, hasRun: true }),
      { row: at(5), ...FORKED },
      'refuse: VERSION_FORKED',
    ],
    [
      'a downgrade that ran and is above its target goes on',
      downgrade({ hasRun: true }),
      { row: at(4) },
      'downgradeTo_3',
    ],
    [
      'a downgrade that ran is done at its target',
      downgrade({ target: 4, hasRun: true }),
      { row: at(4) },
      'level at 4',
    ],
    [
      'a downgrade of what is too old needs its methods',
      downgrade({ target: 0 }),
      { row: at(1) },
      'refuse: TARGET_INVALID',
    ],
    [
      'assertStorage() refuses another branch',
      { verb: 'assertStorage', install: undefined },
      FORKED,
      'refuse: VERSION_FORKED',
    ],
    ['assertVersion() refuses another branch', { verb: 'assertVersion' }, FORKED, 'refuse: VERSION_FORKED'],
    ['waitForVersion() does not wait for another branch', { verb: 'waitForVersion' }, FORKED, 'refuse: VERSION_FORKED'],
    [
      'waitForVersion() does not wait for a newer one',
      { verb: 'waitForVersion' },
      { row: at(7) },
      'refuse: VERSION_AHEAD',
    ],
    ['waitForVersion() is over where a newer one lets it in', { verb: 'waitForVersion' }, WELCOME, 'ahead at 7'],
    ['allow() at what is allowed already', { verb: 'allow', version: 5 }, WELCOME, 'level at 7'],
  ])('%s', (_, asked, found, expected) => {
    expect(shown(moveFor(asked, found))).toBe(expected);
  });

  test('an upgrade that may lose, may: no word of a loss on the way that is not taken', () => {
    const both: Code = { steps: { 4: { lossy: { up: 'drops the moods', down: 'drops the legs' } } } };
    expect(shown(moveFor(upgrade({ allowLoss: false }), { row: at(3), code: both }))).toBe('refuse: TARGET_INVALID');
    expect(shown(moveFor(upgrade({ target: 3 }), { row: at(2), code: both }))).toBe('upgradeTo_3');
    expect(shown(moveFor(downgrade({ target: 4 }), { row: at(5), code: both }))).toBe('downgradeTo_4');
  });

  test('a plan goes down where its target is below the database, and only then', () => {
    const plan = (target: number | undefined, row?: DeployedRow): Move =>
      moveFor({ verb: 'plan', target, install: true, adopt: undefined }, { ...(row && { row }), survey: STRANGE });
    expect(shown(plan(3, at(5)))).toBe('downgradeTo_4, downgradeTo_3');
    expect(shown(plan(5, at(5)))).toBe('level at 5');
    expect(shown(plan(undefined, at(4)))).toBe('upgradeTo_5');
    // What the call may do, the plan may.
    expect(shown(plan(undefined))).toBe('install 5');
    expect(shown(plan(5))).toBe('install 5');
    expect(shown(plan(1, at(1)))).toBe('refuse: VERSION_TOO_OLD');
  });
});

const NEEDY: Others = { deployed: new Map(), dependents: [] };

test('the needs of others hold every call but those that only show, record or admit', () => {
  const definition: Definition = { ...code(), needsAt: () => new Map([['accounts', 3]]) };
  const found = { row: undefined, survey: WHOLE, place: 'zoo.db', others: NEEDY };
  const kinds = (asked: Asked, row?: DeployedRow) => decide(asked, { ...found, row }, definition).kind;
  expect(kinds(upgrade(), at(3))).toBe('refuse');
  expect(kinds({ verb: 'assertVersion' }, at(5))).toBe('refuse');
  expect(kinds({ verb: 'waitForVersion' }, at(5))).toBe('wait');
  expect(kinds({ verb: 'assertStorage', install: undefined }, at(5))).toBe('refuse');
  expect(kinds({ verb: 'plan', target: 5, install: undefined, adopt: undefined }, at(3))).toBe('run');
  expect(kinds({ verb: 'adopt', version: 3 })).toBe('adopt');
  expect(kinds({ verb: 'allow', version: 5 }, at(7))).toBe('allow');
  expect(kinds({ verb: 'allow', version: 5 }, at(5))).toBe('rest');
  // Where the others were not looked at, they are no obstacle.
  expect(decide(upgrade(), { row: at(3), place: 'zoo.db' }, definition).kind).toBe('run');
});

/** Everything an error says, to a person and to a program. */
function told(move: Move): unknown {
  if (!('error' in move)) throw new Error(`${move.kind} is no refusal`);
  const { name, message, ...fields } = move.error;
  return { name, message, ...fields };
}

const MANY: Survey = { own: [], missing: [], other: ['a', 'b', 'c', 'd', 'e'] };

describe('an error says what happened, and what to do next', () => {
  test.each<[string, Asked, Case]>([
    ['no version', { verb: 'assertVersion' }, {}],
    ['no version, for allow()', { verb: 'allow', version: 3 }, {}],
    ['not to be installed', upgrade({ install: false }), { survey: STRANGE }],
    ['the table of a stranger', upgrade(), { survey: STRANGE }],
    ['five tables of strangers', upgrade(), { survey: MANY }],
    ['seven tables of strangers', upgrade(), { survey: { ...MANY, other: [...MANY.other, 'f', 'g'] } }],
    ['storage without a version', upgrade(), { survey: WHOLE }],
    ['nothing to adopt', { verb: 'adopt', version: 3 }, { survey: STRANGE }],
    ['adopted already', { verb: 'adopt', version: 3 }, { row: at(4) }],
    ['adopted below the baseline', { verb: 'adopt', version: 1 }, { survey: WHOLE }],
    ['adopted above the target', upgrade({ adopt: 4, target: 3 }), { survey: WHOLE }],
    ['found above the target', upgrade({ adopt: 'find', target: 3 }), { survey: WHOLE, match: matching(4) }],
    ['found twice', { verb: 'adopt', version: 'find' }, { survey: WHOLE, match: matching(5, 4, 3) }],
    ['found nearly', { verb: 'adopt', version: 'find' }, { survey: WHOLE, match: NEAR }],
    ['nothing frozen to find', { verb: 'adopt', version: 'find' }, { survey: WHOLE, match: matching() }],
    ['not frozen', upgrade({ target: 4 }), { survey: EMPTY }],
    ['up only', upgrade({ target: 3 }), { row: at(4) }],
    ['down only', downgrade({ target: 4 }), { row: at(3) }],
    ['too new to go down', downgrade(), WELCOME],
    ['no way back', downgrade({ target: 2 }), { row: at(4) }],
    ['a loss on the way up', upgrade(), { row: at(3), code: LOSES_UP }],
    [
      'losses on the way back',
      downgrade(),
      { row: at(5), code: { steps: { 4: { lossy: 'loses the moods' }, 5: { lossy: 'loses the legs' } } } },
    ],
    ['a loss after an adoption', upgrade({ adopt: 3 }), { survey: WHOLE, code: LOSES_UP }],
    ['too old', upgrade(), { row: at(1) }],
    ['behind', { verb: 'assertVersion' }, { row: at(4, { stage: 5, target: 5, holder_host: 'one', holder_pid: 7 }) }],
    ['ahead', { verb: 'assertVersion' }, { row: at(7) }],
    ['forked', upgrade(), FORKED],
  ])('%s', (_, asked, found) => {
    expect(told(moveFor(asked, found))).toMatchSnapshot('refusal');
  });

  test('a verdict alone is the same error, or none', () => {
    const verdict = (found: Case) => verdictOn({ row: found.row, place: 'zoo.db' }, code(found.code))?.code;
    expect([{}, { row: at(1) }, { row: at(4) }, { row: at(5) }, { row: at(7) }, WELCOME, FORKED].map(verdict)).toEqual([
      'VERSION_MISSING',
      'VERSION_TOO_OLD',
      'VERSION_BEHIND',
      undefined,
      'VERSION_AHEAD',
      undefined,
      'VERSION_FORKED',
    ]);
  });

  test.each([-1, 1.5, '3', 'find', undefined, null, 6])('%p is no target', target => {
    let message = 'a target';
    try {
      assertTarget(code(), target);
    } catch (error) {
      ({ message } = error as Error);
    }
    expect(message).toMatchSnapshot('message');
  });

  test('storage that differs from its version is told with the version', () => {
    const { message } = storageDiffers({ guid: 'zoo' }, { version: 4, differences: [LACKS_LEGS] });
    expect(message).toMatch(/^zoo: the storage differs from the frozen version 4: animal column legs is missing\. /);
    const extra = (...path: string[]) => ({ kind: 'extra', path, live: {}, wanted: undefined }) as const;
    const indexes = [
      extra('animal', 'index', 'by_hand'),
      extra('animal', 'index', 'by_hand', 'where'),
      extra('a', 'b'),
    ];
    expect(storageDiffers({ guid: 'zoo' }, { version: 4, differences: indexes }).message).toContain(
      "To keep what only the database has, declare it on the entities, or add to the class: `override readonly extra = ['animal.index.by_hand', 'a.b'];`.",
    );
    const mixed = { version: 4, differences: [...indexes, LACKS_LEGS] };
    expect(storageDiffers({ guid: 'zoo' }, mixed).message).not.toContain('readonly extra');
  });

  test('every version up to latest is a target', () => {
    for (const target of [0, 3, 5]) expect(() => assertTarget(code(), target)).not.toThrow();
  });
});
