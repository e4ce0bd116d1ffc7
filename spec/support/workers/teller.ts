import Database from 'better-sqlite3';
import { given, heard, say } from '../worker.ts';

// An application on the same file, with a transaction that it keeps open until it is told to commit.
const { address, does } = given<{ address: string; does: 'reads' | 'writes' }>();
const BEGIN = { reads: 'begin', writes: 'begin immediate' };
const WORK = { reads: 'select * from account', writes: 'update account set balance = balance + 100' };

const database = new Database(address);
let ticks = 0;
setInterval(() => (ticks += 1), 1);

await heard('begin');
database.exec(BEGIN[does]);
database.exec(WORK[does]);
say('inside');
await heard('commit');
database.exec('commit');
say('outside', { ticks });
process.exit();
