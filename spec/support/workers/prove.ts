import { checkOfStep, zooOn, type LentKindName } from '../../testing/databases/lent-zoo.ts';
import { given, say } from '../worker.ts';

// A process that is killed in the middle of a step that it proves.
const { kind, url, law } = given<{ kind: LentKindName; url?: string; law: number }>();

const check = await checkOfStep(law, zooOn(kind, url), async step => {
  const sql = kind === 'sqlite' ? 'pragma database_list' : 'select current_database() as file';
  const [row] = (await step.execute(sql)) as { file: string }[];
  say('inside', { place: row?.file });
  process.kill(process.pid, 'SIGKILL');
});
await check.run();
