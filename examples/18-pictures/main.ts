/* The command draws, and this program shows what it drew. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const project = join(import.meta.dirname, '..', '14-testing-your-upgrades');
const command = join(import.meta.dirname, '..', '..', 'lib', 'cli', 'bin.ts'); // yours: npx dejavu
const show = (...args: string[]) =>
  execFileSync(process.execPath, [command, 'show', ...args], { cwd: project, encoding: 'utf8' }).trimEnd();

console.log(show('--diff', '1..3'));

console.log('\nFor a pull request:');
console.log(show('--mermaid', '--diff', '2..3'));

console.log('\nFor tools that read DBML:');
console.log(show('--dbml', '1'));

const folder = mkdtempSync(join(tmpdir(), 'pictures-'));
try {
  const file = join(folder, 'zoo.html');
  show('--html', file);
  const page = readFileSync(file, 'utf8');
  console.log('\nA page with all versions and their steps, which fetches nothing:');
  console.log(`  ${page.includes('upgradeTo_3') ? 'the source of upgradeTo_3' : 'no steps'}`);
  console.log(`  ${/(src|href)="http/.test(page) ? 'leads elsewhere' : 'one file of its own'}`);
} finally {
  rmSync(folder, { recursive: true });
}
