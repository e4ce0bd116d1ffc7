import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { describeEntities } from '../../../lib/models/describe-entities.ts';
import { parseAnswers } from '../../../lib/changes/parse-answers.ts';
import { resolve } from '../../../lib/changes/resolve-answers.ts';
import { stepSource, type StepSource } from '../../../lib/step-source/step-methods.ts';
import { release, type Releases } from '../release.ts';
import { offline, Workspace } from '../workspace.ts';
import type { Cell } from './cell.ts';
import { lifeOf, liveThrough, type Lives } from './lives.ts';

const dialects = ['sqlite', 'postgresql'] as const;

/** Proves, for each change, the step that is written for it: on both dialects, there and back, with rows. */
export function proveChanges(cells: readonly Cell[]): void {
  const workspace = new Workspace();
  afterAll(() => workspace[Symbol.dispose]());
  const releases = new Map<Cell, Promise<Releases>>();
  const released = (cell: Cell): Promise<Releases> => {
    const made = releases.get(cell) ?? release(workspace, `${cells.indexOf(cell)}`, cell, cell.only ?? 'sqlite');
    releases.set(cell, made);
    return made;
  };

  let lives: Lives;
  let complaints: string;
  // Modules may not be imported between tests, and a step imports its versions.
  beforeAll(async () => {
    for (const cell of cells) await released(cell);
    // What is compiled and what is lived through is the same: neither has to wait for the other.
    [lives, complaints] = await Promise.all([liveThrough(cells, released), workspace.complaints()]);
  }, 240_000);

  describe('the step is the same whatever it was written on', () => {
    test.each(cells)('$name', async cell => {
      const { step } = await released(cell);
      expect(textOf(step)).toMatchSnapshot();
      expect(textOf(stepOn(cell.only ?? 'postgresql', cell))).toBe(textOf(step));
    });
  });

  test('all that was written compiles, in strict TypeScript', () => {
    expect(complaints).toBe('');
  });

  describe.each(dialects)('on %s it leads to the storage of a new installation, and back, rows and all', dialect => {
    test.each(cells.filter(({ only = dialect, fails }) => only === dialect && fails === undefined))('$name', cell => {
      const lived = lifeOf(lives, cell, dialect);
      expect(lived.upgraded).toEqual(lived.fresh);
      expect(lived.kept).toEqual(cell.kept ?? {});
      expect(lived.back).toEqual(cell.refused ?? lived.before);
    });
  });

  for (const dialect of dialects) {
    const failing = cells.filter(({ only = dialect, fails }) => only === dialect && fails !== undefined);
    if (failing.length === 0) continue;
    describe(`on ${dialect} it waits for a person`, () => {
      test.each(failing)('$name', cell => {
        expect(() => lifeOf(lives, cell, dialect)).toThrow(expect.objectContaining({ message: cell.fails }));
      });
    });
  }
}

function stepOn(dialect: (typeof dialects)[number], { before, after, answers = {}, orm }: Cell): StepSource {
  const [old, now] = [before(), after()].map(entities => describeEntities(offline(dialect, entities, orm)));
  if (!old || !now) throw new Error('two releases were described');
  return stepSource(resolve(old, now, parseAnswers(answers)), { version: 2 });
}

function textOf({ upgrade, downgrade, options }: StepSource): string {
  return `\n${[upgrade.text, downgrade.text, JSON.stringify(options)].join('\n\n')}\n`;
}
