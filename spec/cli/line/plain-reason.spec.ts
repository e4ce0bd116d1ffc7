import { expect, test } from '@jest/globals';
import { COMMANDS } from '../../../lib/cli/command-list.ts';
import { parseLine } from '../../../lib/cli/line/parse-line.ts';

/** What a person reads, without the line that every error ends with. */
async function read(...args: string[]): Promise<{ reason: string; said: string; printed: string }> {
  const texts = { said: '', printed: '' };
  const refused = await parseLine(args, COMMANDS, {
    print: text => void (texts.printed += text),
    say: text => void (texts.said += text),
    flushed: async () => {},
  });
  return { reason: 'reason' in refused ? refused.reason : '', ...texts };
}

test.each([
  [['--nonsense'], "dejavu has no option '--nonsense'. To list the options: npx dejavu --help"],
  [['upgrad'], "dejavu has no command 'upgrad'. Did you mean 'upgrade'? To list the commands: npx dejavu --help"],
  [['help', 'upgrad'], "dejavu has no command 'upgrad'. To list the commands: npx dejavu --help"],
  [
    ['upgrade', '--wiat-ms', '3'],
    "'upgrade' has no option '--wiat-ms'. Did you mean '--wait-ms'? To list the options: npx dejavu upgrade --help",
  ],
  [['--wait-ms', '3', 'upgrade'], "Write '--wait-ms' after the command: npx dejavu upgrade --wait-ms"],
  [['upgrade', 'x'], "'x' is not a version. It must be a whole number, 0 or higher. For example: npx dejavu upgrade 3"],
  [['upgrade', '1', '2'], "'upgrade' takes 1 argument, and got 2: 1, 2. To see which: npx dejavu upgrade --help"],
  [['check', '3'], "'check' takes no arguments, and got 1: 3. To see which: npx dejavu check --help"],
  [['downgrade', '--json'], "'downgrade' needs a version: npx dejavu downgrade --json <version>"],
  [['upgrade', '--wait-ms'], '--wait-ms needs a value: npx dejavu upgrade --wait-ms <ms>'],
  [
    ['upgrade', '--wait-ms', 'soon'],
    "--wait-ms cannot be 'soon'. It must be a whole number of milliseconds, 0 or higher. To see what it means: npx dejavu upgrade --help",
  ],
  [
    ['prove', '--dialect', 'mysql'],
    "--dialect cannot be 'mysql'. It must be sqlite, postgresql or pglite. To see what it means: npx dejavu prove --help",
  ],
  [
    ['allow', '--release', "it's 1"],
    String.raw`'allow' needs --reason: npx dejavu allow --release 'it'\''s 1' <version> --reason "tested: release 1 does not use the new column"`,
  ],
  [
    ['allow', '1'],
    `'allow' needs --reason: npx dejavu allow 1 --reason "tested: release 1 does not use the new column"`,
  ],
  [['fixture'], "'fixture' needs --entities: npx dejavu fixture --entities Category,Field"],
] as const)('a wrong command line is refused in plain English, with the next step: %j', async (args, reason) => {
  const refused = await read(...args);
  expect(refused).toEqual({ reason, said: `dejavu: ${reason}\n  more: npx dejavu explain 64\n`, printed: '' });
});

test('without a command, the commands are listed', async () => {
  const { said, printed } = await read();
  expect(said).toMatch(/^Usage: dejavu \[options\] \[command\]\n[^]*Commands:\n {2}init/);
  expect(printed).toBe('');
});
