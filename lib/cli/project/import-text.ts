import { randomUUID } from 'node:crypto';
import { registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';

/**
 * Imports TypeScript that stands in no file yet, as the file it is going to be: what it imports is found from there.
 *
 * @see https://nodejs.org/api/module.html#moduleregisterhooksoptions
 */
export async function importText(path: string, text: string): Promise<object> {
  // told from the file that may be there by now, and be imported
  const url = `${pathToFileURL(path).href}?draft=${randomUUID()}`;
  const hooks = registerHooks({
    resolve: (specifier, context, next) => (specifier === url ? { url, shortCircuit: true } : next(specifier, context)),
    load: (loaded, context, next) =>
      loaded === url ? { format: 'module-typescript', source: text, shortCircuit: true } : next(loaded, context),
  });
  try {
    return (await import(url)) as object;
  } finally {
    hooks.deregister();
  }
}
