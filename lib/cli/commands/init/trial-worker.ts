import { parentPort, workerData } from 'node:worker_threads';
import type { Flags } from '../../line/flags.ts';
import { newSecrets } from '../../secrets.ts';
import { makeOrm } from '../../project/project-orm.ts';
import { makeSchemas } from '../../project/project-schemas.ts';

// Imports Schemas and their newest versions in a separate thread, which has not imported any file of the project yet.
const flags = workerData as Flags;
const orm = await makeOrm(flags, newSecrets(process.env));
for (const { schema } of await makeSchemas(orm, flags)) await schema.versions?.[schema.latest]?.load();
parentPort?.postMessage('imported');
