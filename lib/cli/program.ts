import { Command as Program, CommanderError } from 'commander';
import type { Command } from './command.ts';
import { COMMON_OPTIONS, optionsOf, version as parseVersion, type Flags } from './flags.ts';
import { EXIT_CODES } from './exit-codes.ts';
import { explainLine } from './failure-text.ts';
import type { Output } from './output.ts';
import { ownPackage } from './packages.ts';

const EXIT_CODES_HELP = `
Exit codes (npx dejavu explain <code> says more):
  0 done, or nothing to do   4 missing                         7 drift
  1 error                    5 changed without a new version   8 forked
  2 behind, or too old       6 busy                           64 wrong usage
  3 ahead`;

/** A command line that was parsed. */
export interface ParsedLine {
  readonly command: Command;
  readonly version: number | undefined;
  readonly word: string | undefined;
  readonly flags: Flags;
}

/** A command line that is wrong, or that only asked for help. The parser has already printed the message. */
export interface RefusedLine {
  readonly isHelp: boolean;
  readonly reason: string;
}

/** Parses a command line. */
export async function parseLine(
  args: readonly string[],
  commands: readonly Command[],
  output: Output,
): Promise<ParsedLine | RefusedLine> {
  let parsed: ParsedLine | undefined;
  const program = newProgram(output);
  for (const command of commands) addCommand(program, command, found => (parsed = found));
  try {
    await program.parseAsync([...args], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return { isHelp: error.exitCode === 0, reason: error.message };
    throw error;
  }
  return parsed ?? { isHelp: false, reason: 'no command was given' };
}

function newProgram({ print, say }: Output): Program {
  const program = new Program('dejavu')
    .description('Brings databases to the version of the code.')
    .version(ownPackage().version, '--version', 'show the version of this package')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'show help')
    .configureHelp({ showGlobalOptions: true })
    .addHelpText('after', EXIT_CODES_HELP)
    .configureOutput({
      writeOut: print,
      writeErr: say,
      outputError: (text, write) => write(`${text.replace(/^error:/, 'dejavu:')}${explainLine(EXIT_CODES.usage)}\n`),
    })
    .showSuggestionAfterError()
    .allowExcessArguments(false)
    .exitOverride();
  for (const option of COMMON_OPTIONS) program.addOption(option);
  return program;
}

function addCommand(program: Program, command: Command, found: (parsed: ParsedLine) => void): void {
  const sub = program.command(command.name).summary(command.summary).description(command.summary);
  const { version, word } = command;
  if (word) sub.argument(`[${word.name}]`, word.about);
  if (version) sub.argument(version.required ? '<version>' : '[version]', version.about, parseVersion);
  for (const option of optionsOf(command.flags)) sub.addOption(option);
  sub.action(() => {
    const [value] = sub.processedArgs as [number | string | undefined];
    const given = typeof value === 'string' ? { word: value, version: undefined } : { word: undefined, version: value };
    found({ command, ...given, flags: sub.optsWithGlobals<Flags>() });
  });
}
