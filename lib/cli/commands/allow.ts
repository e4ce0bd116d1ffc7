import type { AllowReport } from '../../boot/report.ts';
import type { Command } from '../command.ts';
import { assertOne, inTurn } from '../in-turn.ts';

/** Lets older code run on a database that is ahead of it. */
export const allow: Command = {
  name: 'allow',
  summary: 'let code from this version on run on a database that is ahead of it; the reason is logged',
  version: { required: true, about: 'the version of the code to be let in' },
  flags: ['reason', 'waitMs', 'release'],
  async run(given) {
    assertOne(given);
    const { reason = '', waitMs, release } = given.flags;
    const version = given.version as number;
    return given.working(working =>
      inTurn(given, ({ schema }) => schema.allow(version, { ...working, reason, waitMs, release }), sayAllow),
    );
  },
};

/** What was allowed, in a line. */
export function sayAllow({ guid, deployed, from, to }: AllowReport): string {
  const said =
    from === to
      ? `lets code from version ${to} on run already`
      : `lets code from version ${to} on run now, where it was ${from}`;
  return `${guid}: the database at version ${deployed} ${said}`;
}
