import type { Command } from '../command.ts';
import { assertOne, inTurn } from '../in-turn.ts';
import { sayUpgrade } from './upgrade.ts';

/** Records a database that has its storage and no version. */
export const adopt: Command = {
  name: 'adopt',
  summary: 'record the version of a database that has its storage already, and no version',
  version: { required: true, about: 'the version its storage is at' },
  flags: ['waitMs', 'release'],
  async run(given) {
    assertOne(given);
    const { waitMs, release } = given.flags;
    const version = given.version as number;
    return given.working(working =>
      inTurn(given, ({ schema }) => schema.adopt(version, { ...working, waitMs, release }), sayUpgrade),
    );
  },
};
