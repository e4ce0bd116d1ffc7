import { rehearse } from '../../../lib/dump/index.ts';
import { notebook } from '../../dump/backups/notebook.ts';
import { given, say } from '../worker.ts';

// A process that rehearses an upgrade, and is killed in the middle of its step.
const { address } = given<{ address: string }>();

const { schema } = await notebook(address, 2, {
  members: {
    async upgradeTo_2(step: { execute(sql: string): Promise<unknown> }) {
      await step.execute('delete from note');
      process.kill(process.pid, 'SIGKILL');
    },
  },
});
await rehearse(schema);
say('survived');
