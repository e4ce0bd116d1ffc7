import type { StorageReport } from '../../boot/report.ts';
import type { Command } from '../command.ts';
import { inTurn } from '../in-turn.ts';

/** Creates the storage that is missing. */
export const install: Command = {
  name: 'install',
  summary: 'create the storage that is missing: all of an empty database, single tables of one that is level',
  flags: ['waitMs'],
  async run(given) {
    const { waitMs } = given.flags;
    return given.working(working =>
      inTurn(given, ({ schema }) => schema.assertStorage({ ...working, waitMs }), sayInstall),
    );
  },
};

/** What was installed, in a line. */
export function sayInstall({ guid, version, outcome, created }: StorageReport): string {
  const said = {
    installed: `installed at version ${version}`,
    completed: `level at version ${version}, created ${created.join(', ')}`,
    level: `level at version ${version}, nothing is missing`,
    ahead: `ahead at version ${version}, which lets this code run: nothing to do`,
  }[outcome];
  return `${guid}: ${said}`;
}
