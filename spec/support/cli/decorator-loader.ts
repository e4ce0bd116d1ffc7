import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { compiled, hasDecorators } from './decorators.ts';

/** Compiles the files that Node.js cannot run by itself, and no others. */
registerHooks({
  load(url, context, next) {
    const text = url.startsWith('file:') && url.endsWith('.ts') ? readFileSync(fileURLToPath(url), 'utf8') : '';
    if (!hasDecorators(text) || url.includes('/spec/support/')) return next(url, context);
    return { format: 'module', source: compiled(text), shortCircuit: true };
  },
});
