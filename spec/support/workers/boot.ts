import { isSchemaError, type Progress } from '../../../lib/index.ts';
import { bankOf, type Boot, openBank } from '../bank.ts';
import { given, heard, say } from '../worker.ts';

// A process that boots again and again, each time on another database: starting one takes longer than what it does.
const { boots } = given<{ boots: readonly Boot[] }>();

for (const [round, boot] of boots.entries()) {
  const orm = await openBank(boot);
  const bank = bankOf(orm, boot, async () => {
    say('working');
    await heard('finish');
  });
  say('ready', { round });
  await heard(`go ${round}`);
  const { transaction, waitMs } = boot;
  let waits = 0;
  const onProgress = ({ type }: Progress) => {
    if (type === 'waiting' && (waits += 1) === 1) say(`waiting ${round}`);
  };
  try {
    say('booted', { report: await bank.upgrade({ transaction, waitMs, onProgress }) });
  } catch (error) {
    say('booted', { error: isSchemaError(error) ? { code: error.code, message: error.message } : String(error) });
  }
  await orm.close();
}
