import { describeAnyChange } from './any-change.ts';

const runs = Number(process.env['ANY_CHANGE_RUNS'] ?? 0);

describeAnyChange({
  // What takes long on a server is the server
  runs: runs > 0 ? { sqlite: runs, postgresql: runs } : { sqlite: 2000, postgresql: 200 },
  seed: Number(process.env['ANY_CHANGE_SEED'] ?? 7),
  compiled: 25,
});
