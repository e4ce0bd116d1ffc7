import Database from 'better-sqlite3';
import pg from 'pg';
import { given, heard, say } from '../worker.ts';

// Moves money between accounts until it is told to stop: whatever is read at one moment adds up to the same.
const { address, accounts, seed } = given<{ address: string; accounts: number; seed: number }>();

let state = seed + 1;
const pick = () => {
  state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
  return (state % accounts) + 1;
};
const statements = () => [
  `update account set balance = balance - 1 where id = ${pick()}`,
  `update account set balance = balance + 1 where id = ${pick()}`,
  // One in a table that is dumped before, and one in a table that is dumped after the accounts.
  `update aardvark set moved = moved + 1 where id = 1`,
  `update zebra set moved = moved + 1 where id = 1`,
];

const stop = new AbortController();
void heard('stop').then(() => stop.abort());
say('started');
let [done, refused] = [0, 0];
if (address.startsWith('postgres')) {
  const client = new pg.Client({ connectionString: address });
  await client.connect();
  while (!stop.signal.aborted) {
    await client.query(`begin; ${statements().toSorted().join('; ')}; commit`).then(
      () => (done += 1),
      async () => {
        refused += 1;
        await client.query('rollback');
      },
    );
    if (done === 1) say('wrote');
  }
  await client.end();
} else {
  const database = new Database(address, { timeout: 100 });
  while (!stop.signal.aborted) {
    try {
      database.exec(`begin immediate; ${statements().join('; ')}; commit`);
      done += 1;
      if (done === 1) say('wrote');
    } catch {
      refused += 1;
      if (database.inTransaction) database.exec('rollback');
    }
    await new Promise(setImmediate);
  }
  database.close();
}
say('stopped', { done, refused });
process.exit();
