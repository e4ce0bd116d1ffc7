import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { isAlive } from '../../lib/store/opening/this-host.ts';

/** Lists the scratch folders of this process and of dead ones. Those of another suite that runs now are in use. */
export function scratchFolders(): string[] {
  return readdirSync(tmpdir()).filter(name => {
    const pid = Number(/^dejavu-scratch-[^-]+-(\d+)-/.exec(name)?.[1]);
    return pid > 0 && (pid === process.pid || !isAlive(pid));
  });
}
