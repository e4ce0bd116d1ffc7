/* Two releases of the application boot beside each other on one file, as in a rolling deploy. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DejavuHealthIndicator } from 'mikro-orm-dejavu/nestjs';
import { create } from './application.ts';
import { ZooSchema } from './zoo.ts';

const folder = mkdtempSync(join(tmpdir(), 'dejavu-nestjs-'));
const dbName = join(folder, 'zoo.db');

console.log('The first release boots:');
const first = await create(1, dbName, 'upgrade');
console.log(`The Schema is injected, and knows the database: version ${await first.get(ZooSchema).deployed()}.`);

console.log('The second release boots beside it:');
const second = await create(2, dbName, 'upgrade');
for (const [name, app] of Object.entries({ first, second })) {
  const { schema } = await app.get(DejavuHealthIndicator).isHealthy();
  console.log(`Health of the ${name}: ${schema?.status}`);
}

console.log('The first release is started once more, and only asserts:');
await create(1, dbName, 'assert').catch((error: Error & { code?: string }) => console.log(`  ${error.code}`));

await Promise.all([first.close(), second.close()]);
rmSync(folder, { recursive: true });
