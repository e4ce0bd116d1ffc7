#!/usr/bin/env node
import * as nodeModule from 'node:module';
import { EXIT_CODES } from './exit-codes.ts';
import { missingPackages, oldNode } from './packages.ts';

// A third of a short run is compiling what it imports.
// One that is too old lacks it, and is to hear that in words.
nodeModule.enableCompileCache?.();

const missing = oldNode() ?? missingPackages();
if (missing === undefined) {
  // Only now: it imports what may be missing.
  const { main } = await import('./main.ts');
  process.exit(await main(process.argv.slice(2)));
}
process.stderr.write(`dejavu: ${missing}\n`);
process.exit(EXIT_CODES.error);
