#!/usr/bin/env node
import { enableCompileCache } from 'node:module';
import { exitCodes } from './exit-codes.ts';
import { missingPackages } from './packages.ts';

// a third of a short run is compiling what it imports
enableCompileCache();

const missing = missingPackages();
if (missing === undefined) {
  // only now: it imports what may be missing
  const { main } = await import('./main.ts');
  process.exit(await main(process.argv.slice(2)));
}
process.stderr.write(`dejavu: ${missing}\n`);
process.exit(exitCodes.error);
