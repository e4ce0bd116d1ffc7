#!/usr/bin/env node
import * as nodeModule from 'node:module';
import { EXIT_CODES } from './exit-codes.ts';
import { oldNode } from './packages.ts';

// A third of a short run is compiling what it imports. A Node.js that is too old has no such function.
nodeModule.enableCompileCache?.();

const refusal = oldNode();
if (refusal === undefined) {
  // Only now: an old Node.js cannot even read what it imports.
  const { main } = await import('./main.ts');
  process.exit(await main(process.argv.slice(2)));
}
process.stderr.write(`dejavu: ${refusal}\n`);
process.exit(EXIT_CODES.error);
