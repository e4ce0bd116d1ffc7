import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Step } from '../../../lib/index.ts';
import { openOrm } from '../databases.ts';
import { schemaClass } from '../schemas.ts';
import { given, say } from '../worker.ts';
import { zooV1 } from '../zoo.ts';

// What opens one file after the other: each is at version 1, and is left at version 2.
const { folder, files, warm } = given<{ folder: string; files: number; warm: number }>();

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const First = schemaClass();
const Second = schemaClass({
  latest: 2,
  upgradeTo_2: (step: Step) => step.execute(`insert into zoo (id, name) values (2, 'Berlin')`),
});

async function upgrade(file: string, Release: typeof First) {
  const orm = await openOrm(file, zooV1());
  const report = await new Release(orm).upgrade();
  await orm.close(true);
  return report.outcome;
}

async function measure() {
  // What was let go of by a finaliser is collected by the next round.
  for (let round = 0; round < 3; round += 1) {
    collect();
    await new Promise(resolve => setImmediate(resolve));
  }
  return process.memoryUsage().heapUsed;
}

const first = join(folder, 'first.db');
await upgrade(first, First);
const outcomes: string[] = [];
let before = 0;
for (let n = 1; n <= files; n += 1) {
  const file = join(folder, `${n}.db`);
  copyFileSync(first, file);
  outcomes.push(await upgrade(file, Second));
  if (n === warm) before = await measure();
}
say('measured', { before, after: await measure(), outcomes });
