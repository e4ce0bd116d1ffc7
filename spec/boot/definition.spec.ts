import { describe, expect, test } from '@jest/globals';
import type { MikroORM } from '@mikro-orm/sql';
import { SchemaDefinitionError } from '../../lib/errors.ts';
import { Schema, type Steps } from '../../lib/index.ts';
import { define } from '../../lib/boot/definition.ts';
import { databases } from '../support/databases.ts';
import { record } from '../support/recorder.ts';
import { idleSteps, schemaClass, type Members } from '../support/schemas.ts';
import { zooV1 } from '../support/zoo.ts';

/** The definition of a class of version 3 with these members. */
function defined(members: Members) {
  const Zoo = schemaClass({ latest: 3, ...members });
  return define(new Zoo(nowhere), Schema.prototype);
}

const nowhere = {} as MikroORM;
const step = async () => undefined;
const from = (first: number, last: number) => idleSteps(first, last);

/** What the definition is told to be, for inline snapshots. */
function complaint(members: Members): string {
  try {
    defined(members);
  } catch (error) {
    if (!(error instanceof SchemaDefinitionError)) throw error;
    return error.message;
  }
  throw new Error('nobody complained');
}

describe('the guid', () => {
  test('is a name', () => {
    expect(complaint({ guid: '' })).toMatchInlineSnapshot(
      `"ZooSchema.guid is ''. Use a name of 1 to 255 characters that never changes: readonly guid = 'zoo'."`,
    );
    expect(complaint({ guid: ' \t\n' })).toMatchInlineSnapshot(
      `"ZooSchema.guid is ' \\t\\n'. Use a name of 1 to 255 characters that never changes: readonly guid = 'zoo'."`,
    );
    expect(complaint({ guid: undefined })).toMatchInlineSnapshot(
      `"ZooSchema.guid is undefined. Use a name of 1 to 255 characters that never changes: readonly guid = 'zoo'."`,
    );
    expect(complaint({ guid: null })).toMatchInlineSnapshot(
      `"ZooSchema.guid is null. Use a name of 1 to 255 characters that never changes: readonly guid = 'zoo'."`,
    );
    expect(complaint({ guid: 42 })).toMatchInlineSnapshot(
      `"ZooSchema.guid is 42. Use a name of 1 to 255 characters that never changes: readonly guid = 'zoo'."`,
    );
    expect(complaint({ guid: 'zoo\0' })).toMatchInlineSnapshot(
      `"ZooSchema.guid is 'zoo\\u0000'. Use a name of 1 to 255 characters that never changes: readonly guid = 'zoo'."`,
    );
    expect(complaint({ guid: 'z'.repeat(256) })).toMatch(/^ZooSchema\.guid is 'z+'\. Use a name of 1 to 255/);
  });

  test.each(['z', "O'Hara's", 'app/orders "eu"', '🐧', 'z'.repeat(255), '0'])('%p will do', guid => {
    expect(defined({ guid }).guid).toBe(guid);
  });
});

describe('latest', () => {
  test('is a whole number', () => {
    expect(complaint({ latest: -1 })).toMatchInlineSnapshot(
      `"zoo: latest is -1. Use a whole number from 0 to 2147483647."`,
    );
    expect(complaint({ latest: 1.5 })).toMatchInlineSnapshot(
      `"zoo: latest is 1.5. Use a whole number from 0 to 2147483647."`,
    );
    expect(complaint({ latest: NaN })).toMatchInlineSnapshot(
      `"zoo: latest is NaN. Use a whole number from 0 to 2147483647."`,
    );
    expect(complaint({ latest: '3' })).toMatchInlineSnapshot(
      `"zoo: latest is '3'. Use a whole number from 0 to 2147483647."`,
    );
    expect(complaint({ latest: 2 ** 31 })).toMatchInlineSnapshot(
      `"zoo: latest is 2147483648. Use a whole number from 0 to 2147483647."`,
    );
    expect(complaint({ latest: Infinity })).toMatchInlineSnapshot(
      `"zoo: latest is Infinity. Use a whole number from 0 to 2147483647."`,
    );
    expect(complaint({ latest: undefined })).toMatchInlineSnapshot(
      `"zoo: latest is undefined. Use a whole number from 0 to 2147483647."`,
    );
    expect(complaint({ latest: null })).toMatchInlineSnapshot(
      `"zoo: latest is null. Use a whole number from 0 to 2147483647."`,
    );
    expect(complaint({ latest: 3n })).toMatchInlineSnapshot(
      `"zoo: latest is 3n. Use a whole number from 0 to 2147483647."`,
    );
  });

  test.each([0, 1, 2 ** 31 - 1])('%p without a step is a first release, which starts from itself', latest => {
    expect(defined({ latest })).toMatchObject({ latest, baseline: latest });
  });
});

describe('the steps', () => {
  test('are contiguous up to latest', () => {
    expect(complaint({ upgradeTo_1: step, upgradeTo_3: step })).toMatchInlineSnapshot(
      `"zoo: upgradeTo_2 is missing between upgradeTo_1 and latest, which is 3. Write it; leave it empty if there is nothing to do: async upgradeTo_2() {}."`,
    );
    expect(complaint({ upgradeTo_1: step, upgradeTo_2: step })).toMatchInlineSnapshot(
      `"zoo: upgradeTo_3 is missing between upgradeTo_1 and latest, which is 3. Write it; leave it empty if there is nothing to do: async upgradeTo_3() {}."`,
    );
    expect(complaint({ ...from(1, 3), upgradeTo_4: step })).toMatchInlineSnapshot(
      `"zoo: upgradeTo_4 leads past latest, which is 3. Set latest = 4."`,
    );
    expect(complaint({ latest: 0, upgradeTo_1: step })).toMatchInlineSnapshot(
      `"zoo: upgradeTo_1 leads past latest, which is 0. Set latest = 1."`,
    );
  });

  test('have names that nobody can mistake', () => {
    expect(complaint({ ...from(1, 3), upgradeTo_07: step })).toMatchInlineSnapshot(
      `"zoo: upgradeTo_07 looks like a step, but its name is not valid. Name it upgradeTo_N or downgradeTo_N, where N is a whole number up to 2147483647 without leading zeros."`,
    );
    expect(complaint({ ...from(1, 3), upgradeto_5: step })).toMatchInlineSnapshot(
      `"zoo: upgradeto_5 looks like a step, but its name is not valid. Name it upgradeTo_N or downgradeTo_N, where N is a whole number up to 2147483647 without leading zeros."`,
    );
    expect(complaint({ ...from(1, 3), upgradeTo_: step })).toMatchInlineSnapshot(
      `"zoo: upgradeTo_ looks like a step, but its name is not valid. Name it upgradeTo_N or downgradeTo_N, where N is a whole number up to 2147483647 without leading zeros."`,
    );
    expect(complaint({ ...from(1, 3), upgradeTo_2147483648: step })).toMatchInlineSnapshot(
      `"zoo: upgradeTo_2147483648 looks like a step, but its name is not valid. Name it upgradeTo_N or downgradeTo_N, where N is a whole number up to 2147483647 without leading zeros."`,
    );
    expect(complaint({ ...from(1, 3), upgradeTo_0: step })).toMatchInlineSnapshot(
      `"zoo: upgradeTo_0 has no version to start from. The first possible step is upgradeTo_1."`,
    );
  });

  test.each([
    'UpgradeTo_3',
    'upgradeTo3',
    'upgrade_to_3',
    'upgradeTo_3b',
    'upgradeTo_-1',
    'upgradeTo_1.5',
    'upgradeTo_1e3',
    'upgradeTo_three',
    'upgradeTo_٣',
    'upgradeTo_ 3',
    'UPGRADETO_3',
    'downgradeTo_02',
    'downgradeto_2',
    'DowngradeTo_2',
  ])('%s is told to be none', name => {
    expect(complaint({ ...from(1, 3), [name]: step })).toContain(
      `${name} looks like a step, but its name is not valid`,
    );
  });

  test('are functions', () => {
    expect(complaint({ ...from(1, 2), upgradeTo_3: 'no function' })).toMatchInlineSnapshot(
      `"zoo: upgradeTo_3 is not a function. Write it as a method: async upgradeTo_3(step) {}."`,
    );
    expect(complaint({ ...from(1, 3), downgradeTo_2: 42 })).toMatchInlineSnapshot(
      `"zoo: downgradeTo_2 is not a function. Write it as a method: async downgradeTo_2(step) {}."`,
    );
    expect(complaint({ ...from(1, 2), upgradeTo_3: undefined })).toMatchInlineSnapshot(
      `"zoo: upgradeTo_3 is not a function. Write it as a method: async upgradeTo_3(step) {}."`,
    );
  });

  test('that lead back start from a version there is', () => {
    expect(complaint({ downgradeTo_3: step })).toMatchInlineSnapshot(
      `"zoo: downgradeTo_3 starts from version 4, but latest is 3. Set latest = 4."`,
    );
    expect(defined({ downgradeTo_2: step, downgradeTo_0: step }).down).toEqual(
      new Map([
        [2, 'downgradeTo_2'],
        [0, 'downgradeTo_0'],
      ]),
    );
  });

  test.each([
    [1, 0],
    [2, 1],
    [3, 2],
  ])('whose first is upgradeTo_%i start from version %i', (first, baseline) => {
    expect(defined(from(first, 3))).toMatchObject({ latest: 3, baseline });
  });

  test('count wherever they were written: in the class, in one above it, as properties, as accessors', () => {
    abstract class First extends Schema {
      readonly guid = 'zoo';
      async upgradeTo_1() {}
      async downgradeTo_0() {}
    }
    class Second extends First {
      readonly latest = 4;
      upgradeTo_2 = async () => undefined;
      get upgradeTo_3() {
        return async () => undefined;
      }
      async upgradeTo_4() {}
    }
    const { up, down, baseline } = define(new Second(nowhere), Schema.prototype);
    expect(up).toEqual(new Map([1, 2, 3, 4].map(version => [version, `upgradeTo_${version}`])));
    expect(down).toEqual(new Map([[0, 'downgradeTo_0']]));
    expect(baseline).toBe(0);
  });

  test('that a class inherits may lie above its latest as well, which is an error', () => {
    const First = schemaClass({ latest: 2, upgradeTo_2: step });
    const Second = schemaClass({ latest: 1 }, { base: First });
    expect(() => define(new Second(nowhere), Schema.prototype)).toThrow(/upgradeTo_2 leads past latest/);
  });

  test('are no other methods', () => {
    const { up, down } = defined({
      upgrade: step,
      upgradeAll: step,
      upgradeTokens: step,
      upgradeToLatest: step,
      before_upgradeTo_2: step,
      onInstall: step,
    });
    expect([up.size, down.size]).toEqual([0, 0]);
  });
});

const steps = (value: unknown) => ({ ...from(1, 3), steps: value });

describe('what is said of single steps', () => {
  test('is said of versions there are, in words there are', () => {
    expect(complaint(steps({ 4: {} }))).toMatchInlineSnapshot(
      `"zoo: steps has the key '4'. Use versions from 1 to 3 (latest) as keys."`,
    );
    expect(complaint(steps({ 0: {} }))).toMatchInlineSnapshot(
      `"zoo: steps has the key '0'. Use versions from 1 to 3 (latest) as keys."`,
    );
    expect(complaint(steps({ '02': {} }))).toMatchInlineSnapshot(
      `"zoo: steps has the key '02'. Use versions from 1 to 3 (latest) as keys."`,
    );
    expect(complaint(steps({ two: {} }))).toMatchInlineSnapshot(
      `"zoo: steps has the key 'two'. Use versions from 1 to 3 (latest) as keys."`,
    );
    expect(complaint(steps({ 2: { compatable: 1 } }))).toMatchInlineSnapshot(
      `"zoo: steps[2] has the unknown key 'compatable'. The keys are compatible, foreignKeys, lossy, dependsOn."`,
    );
    expect(complaint(steps({ 2: { compatible: 3 } }))).toMatchInlineSnapshot(
      `"zoo: steps[2].compatible is 3. Use a version from 0 to 2."`,
    );
    expect(complaint(steps({ 2: { compatible: -1 } }))).toMatchInlineSnapshot(
      `"zoo: steps[2].compatible is -1. Use a version from 0 to 2."`,
    );
    expect(complaint(steps({ 2: { compatible: 1.5 } }))).toMatchInlineSnapshot(
      `"zoo: steps[2].compatible is 1.5. Use a version from 0 to 2."`,
    );
    expect(complaint(steps({ 2: { compatible: '1' } }))).toMatchInlineSnapshot(
      `"zoo: steps[2].compatible is '1'. Use a version from 0 to 2."`,
    );
    expect(complaint(steps({ 2: { compatible: null } }))).toMatchInlineSnapshot(
      `"zoo: steps[2].compatible is null. Use a version from 0 to 2."`,
    );
    expect(complaint(steps({ 2: { foreignKeys: true } }))).toMatchInlineSnapshot(
      `"zoo: steps[2].foreignKeys is true. Use 'on' or 'off'."`,
    );
    const hint = "Describe what the step back loses, 'loses the legs', or use { up: '…', down: '…' }.";
    for (const [lossy, shown] of [
      ['', "''"],
      [true, 'true'],
      [{}, '{}'],
      [{ up: '' }, '{"up":""}'],
      [{ back: 'all' }, '{"back":"all"}'],
      [null, 'null'],
    ]) {
      expect(complaint(steps({ 2: { lossy } }))).toBe(`zoo: steps[2].lossy is ${String(shown)}. ${hint}`);
    }
    expect(complaint(steps({ 2: 1 }))).toMatchInlineSnapshot(`"zoo: steps[2] is 1. Use an object: { compatible: 1 }."`);
    expect(complaint(steps({ 2: null }))).toMatchInlineSnapshot(
      `"zoo: steps[2] is null. Use an object: { compatible: 1 }."`,
    );
    expect(complaint(steps(null))).toMatchInlineSnapshot(
      `"zoo: steps is null. Use an object with versions as keys: { 2: { compatible: 1 } }."`,
    );
    expect(complaint(steps('none'))).toMatchInlineSnapshot(
      `"zoo: steps is 'none'. Use an object with versions as keys: { 2: { compatible: 1 } }."`,
    );
  });

  test('is kept', () => {
    const definition = defined(steps({ 2: { compatible: 0, foreignKeys: 'on' }, 3: {} }));
    expect(definition.optionsOf(2)).toEqual({ compatible: 0, foreignKeys: 'on' });
    expect([1, 3, 99].map(version => definition.optionsOf(version))).toEqual([{}, {}, {}]);
  });

  test.each<[string, Steps, number[]]>([
    ['nothing', {}, [0, 1, 2, 3, 4, 5]],
    ['that 5 lets everybody run', { 5: { compatible: 0 } }, [0, 1, 2, 3, 4, 4]],
    ['that 4 and 5 let 3 run', { 4: { compatible: 3 }, 5: { compatible: 3 } }, [0, 1, 2, 3, 3, 3]],
    ['that 4 lets 3 run and 5 only 4', { 4: { compatible: 3 }, 5: { compatible: 4 } }, [0, 1, 2, 3, 3, 4]],
    [
      'that only 5 is strict',
      { 1: { compatible: 0 }, 2: { compatible: 0 }, 3: { compatible: 1 }, 4: { compatible: 0 } },
      [0, 0, 0, 1, 1, 5],
    ],
    [
      'that all let everybody run',
      Object.fromEntries([1, 2, 3, 4, 5].map(n => [n, { compatible: 0 }])),
      [0, 0, 0, 0, 0, 0],
    ],
  ])('who may run on an installation is the maximum along the path: %s', (_, steps_, compatible) => {
    const definition = defined({ latest: 5, ...from(1, 5), steps: steps_ });
    expect([0, 1, 2, 3, 4, 5].map(version => definition.compatibleAt(version))).toEqual(compatible);
  });

  test('the path of a class that has retired its first steps is judged the same', () => {
    const options = { 2: { compatible: 1 }, 3: { compatible: 1 } };
    expect(defined({ ...from(3, 3), steps: options }).compatibleAt(3)).toBe(1);
  });
});

test('frozen versions are versions there are, each with its fingerprint and its import', () => {
  const frozen = { fingerprint: '1:ab', load: async () => ({}) };
  expect(complaint({ versions: { 4: frozen } })).toMatchInlineSnapshot(
    `"zoo: versions has the key '4'. Use versions from 0 to 3 (latest) as keys."`,
  );
  expect(complaint({ versions: { two: frozen } })).toMatchInlineSnapshot(
    `"zoo: versions has the key 'two'. Use versions from 0 to 3 (latest) as keys."`,
  );
  expect(complaint({ versions: { 2: { fingerprint: '1:ab' } } })).toMatchInlineSnapshot(
    `"zoo: versions[2] has no fingerprint or no load(). Write { fingerprint: '…', load: () => import('./2.ts') }."`,
  );
  expect(complaint({ versions: { 2: null } })).toMatchInlineSnapshot(
    `"zoo: versions[2] has no fingerprint or no load(). Write { fingerprint: '…', load: () => import('./2.ts') }."`,
  );
  expect(complaint({ versions: 'all of them' })).toMatchInlineSnapshot(
    `"zoo: versions is 'all of them'. Use an object with versions as keys: import { versions } from './versions/index.ts'."`,
  );
  expect(complaint({ versions: { 2: frozen } })).toMatchInlineSnapshot(
    `"zoo: versions has no version 3, which is latest. Freeze the entities: \`npx dejavu init\`."`,
  );
  expect(defined({ versions: { 1: frozen, 3: frozen } }).fingerprintOf(3)).toBe('1:ab');
});

describe('every method says so before anything is sent', () => {
  const calls: Readonly<Record<string, (zoo: Schema) => Promise<unknown>>> = {
    'upgrade()': zoo => zoo.upgrade(),
    'upgrade(1)': zoo => zoo.upgrade(1),
    'downgrade(0)': zoo => zoo.downgrade(0),
    'assertStorage()': zoo => zoo.assertStorage(),
    'assertVersion()': zoo => zoo.assertVersion(),
    'deployed()': zoo => zoo.deployed(),
    'versioned()': zoo => zoo.versioned(),
    'status()': zoo => zoo.status(),
    'adopt(1)': zoo => zoo.adopt(1),
    'allow(1)': zoo => zoo.allow(1, { reason: 'it is safe' }),
    'waitForVersion()': zoo => zoo.waitForVersion(),
  };

  test('all of them are in this list', () => {
    const methods = Object.getOwnPropertyNames(Schema.prototype).filter(
      name => !['constructor', 'stage', 'onInstall', 'onRestore'].includes(name),
    );
    const listed = Object.keys(calls).map(name => name.split('(', 1)[0]);
    expect(new Set(methods)).toEqual(new Set(listed));
  });

  test.each(databases)('on $name', async kind => {
    await using database = await kind.create();
    const orm = await database.orm(zooV1());
    const Zoo = schemaClass({ latest: 3, upgradeTo_1: step, upgradeTo_3: step });
    using recording = await record(orm);
    for (const [name, call] of Object.entries(calls)) {
      await expect(call(new Zoo(orm)).then(() => name)).rejects.toMatchObject({
        code: 'SCHEMA_DEFINITION',
        guid: 'zoo',
        message: expect.stringContaining('upgradeTo_2 is missing'),
      });
    }
    expect(recording.sql).toEqual([]);
  });

  test('making one touches nothing, a definition that is wrong included', () => {
    const Zoo = schemaClass({ guid: '', latest: -1 });
    expect(() => new Zoo({} as never)).not.toThrow();
  });
});

describe('a hook', () => {
  test.each([
    ['onrestore', step, 'onrestore looks like the hook onRestore, but would never run. Name it onRestore.'],
    ['on_install', step, 'on_install looks like the hook onInstall, but would never run. Name it onInstall.'],
    ['onRestore', 5, 'onRestore is not a function. Write it as a method: async onRestore(step) {}.'],
    ['onInstall', 'rows', 'onInstall is not a function. Write it as a method: async onInstall(step) {}.'],
  ])('by the name %s with %p is refused', (name, value, message) => {
    expect(complaint({ ...from(1, 3), [name]: value })).toBe(`zoo: ${message}`);
  });

  test('is known, and one that is declared only is none', () => {
    const { hasOnInstall, hasOnRestore } = defined({ ...from(1, 3), onRestore: step, onInstall: undefined });
    expect({ hasOnInstall, hasOnRestore }).toEqual({ hasOnInstall: false, hasOnRestore: true });
  });
});
