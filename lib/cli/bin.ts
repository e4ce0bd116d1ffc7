#!/usr/bin/env node
import * as nodeModule from 'node:module';
import { EXIT_CODES } from './exit-codes.ts';
import { oldNode } from './packages.ts';

// A short run spends a third of its time compiling its imports. A Node.js that is too old lacks this function.
nodeModule.enableCompileCache?.();

const refusal = oldNode();
if (refusal === undefined) {
  // Imported only now, because an old Node.js cannot parse these files.
  const { main } = await import('./main.ts');
  process.exit(await main(process.argv.slice(2)));
}
process.stderr.write(`dejavu: ${refusal}\n`);
process.exit(EXIT_CODES.error);
