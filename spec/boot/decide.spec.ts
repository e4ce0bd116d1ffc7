import { describe, expect, test } from '@jest/globals';
import { decide, type Asked, type Move } from '../../lib/boot/decide.ts';
import type { Definition, Steps } from '../../lib/boot/definition.ts';
import { compatibleAt, planSteps } from '../../lib/boot/planned-steps.ts';
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
  readonly code?: Code;
}

function moveFor(asked: Asked, { row, survey, code: written }: Case = {}): Move {
  return decide(asked, { row, survey, place: 'zoo.db' }, code(written));
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
