import { parentPort, workerData } from 'node:worker_threads';
import { describeEntities } from '../../../models/describe-entities.ts';
import type { Flags } from '../../line/flags.ts';
import { makeOrm } from '../project-orm.ts';
import { newSecrets } from '../../secrets.ts';

// Reads all entities of the project in a separate thread, which has not imported any file of the project yet.
const orm = await makeOrm(workerData as Flags, newSecrets(process.env));
parentPort?.postMessage(describeEntities(orm));
