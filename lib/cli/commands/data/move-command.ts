import type { MoveProgress } from '../../../dump/index.ts';
import type { Command } from '../../command.ts';
import { EXIT_CODES, UsageError } from '../../exit-codes.ts';
import { oneAtATime } from '../each-schema.ts';
import { exceptionsOf, showRows } from './dump-commands.ts';

/** Moves a database, for example from SQLite to PostgreSQL. */
export const move: Command = {
  name: 'move',
  summary: 'move the rows of the database into an empty one, of the same engine or another; the source stays as it is',
  flags: ['to', 'toContext', 'guard', 'except', 'install', 'waitMs', 'release'],
  async run(given) {
    const { schema, definition } = oneAtATime(given, 'move takes the rows of one Schema');
    const { to, toContext, guard, install, waitMs, release } = given.flags;
    if (to === undefined)
      throw new UsageError(
        "The target is missing. Name MikroORM's configuration file of the other database: npx dejavu move --to ./postgresql.config.ts",
      );
    const work = await import('../../../dump/index.ts');
    const except = exceptionsOf(given.flags);
    const target = await given.otherOrm(to, toContext);
    const report = await given.working(({ signal, onProgress: onSteps = () => {} }) => {
      const onProgress = showRows(onSteps, definition, ({ phase }: MoveProgress) => `move, ${phase}`);
      return work.move(schema, target, {
        signal,
        guard,
        except,
        install,
        waitMs,
        release,
        onProgress,
      });
    });
    return { code: EXIT_CODES.done, schemas: [report], text: `${String(report)}\n` };
  },
};
