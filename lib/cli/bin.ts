#!/usr/bin/env node
import * as nodeModule from 'node:module';
import { exitCodes } from './exit-codes.ts';
import { oldNode } from './node-version.ts';
import { missingPackages } from './packages.ts';

// a third of a short run is compiling what it imports
// one that is too old lacks it, and is to hear that in words
nodeModule.enableCompileCache?.();

const missing = oldNode() ?? missingPackages();
if (missing === undefined) {
  // only now: it imports what may be missing
  const { main } = await import('./main.ts');
  process.exit(await main(process.argv.slice(2)));
}
process.stderr.write(`dejavu: ${missing}\n`);
process.exit(exitCodes.error);
