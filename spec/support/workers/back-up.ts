import { notebook } from '../../dump/backups/notebook.ts';
import { given, say } from '../worker.ts';

// A process that upgrades with a backup, and is killed in the middle of that backup, if it is to be.
const { address, backup, dies } = given<{
  address: string;
  backup: { folder: string; keep?: number };
  dies?: boolean;
}>();

const { schema, orm } = await notebook(address, 2);
const report = await schema.upgrade({
  backup,
  onProgress(progress) {
    if (dies && progress.type === 'progress' && progress.done < (progress.total ?? 0))
      process.kill(process.pid, 'SIGKILL');
  },
});
say('upgraded', { ...report });
await orm.close(true);
