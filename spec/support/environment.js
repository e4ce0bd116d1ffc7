import { readFile } from 'node:fs/promises';
import { TestEnvironment } from 'jest-environment-node';
import { rememberCompiled } from './remember-compiled.js';

/*
 * Jest gives its workers half a second to end, and kills them with a warning after it. Taking down a heap of several hundred
 * megabytes takes longer, and nobody needs it to be taken down: `process.exit` leaves it as it is.
 */
if (process.send) process.once('exit', () => process.exit());

rememberCompiled();

const compiled = new Map();

/** Compiles WebAssembly once for all specs of a process. A spec that did would take it along when it ends. */
async function compileOnce(file) {
  if (!compiled.has(file))
    compiled.set(
      file,
      readFile(file).then(bytes => WebAssembly.compile(bytes)),
    );
  return compiled.get(file);
}

/** Where each spec runs. */
export default class Environment extends TestEnvironment {
  constructor(...options) {
    super(...options);
    this.global.compileOnce = compileOnce;
  }

  /** Ends what the support of a spec kept open for all its tests. */
  async teardown() {
    await this.global[Symbol.for('dejavu.atEnd')]?.();
    await super.teardown();
  }
}
