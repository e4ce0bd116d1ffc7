import { Command as Program, CommanderError } from 'commander';
import type { Command } from '../command.ts';
import { COMMON_OPTIONS, optionsOf, version as parseVersion, type Flags } from './flags.ts';
import { EXIT_CODES } from '../exit-codes.ts';
import { explainLine } from '../failure-text.ts';
import { plainReason } from './plain-reason.ts';
import type { Output } from '../output.ts';
import { ownPackage } from '../packages.ts';

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

/** A command line that is wrong, or that only asked for help. The message is already printed. */
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
  const [asked, about = ''] = args;
  if (asked === 'help' && about !== '' && !about.startsWith('-') && !commands.some(({ name }) => name === about)) {
    return refuse({ code: 'commander.unknownCommand', message: `'${about}'` }, { args: [], commands, output });
  }
  const program = newProgram(output);
  for (const command of commands) addCommand(program, command, found => (parsed = found));
  try {
    await program.parseAsync([...args], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Help is printed by the parser, which then throws as well.
    if (error.code === 'commander.help' || error.exitCode === 0)
      return { isHelp: error.exitCode === 0, reason: error.message };
    return refuse(error, { args, commands, output });
  }
  return parsed ?? { isHelp: false, reason: 'no command was given' };
}

function refuse(
  error: Pick<CommanderError, 'code' | 'message'>,
  { args, commands, output }: { args: readonly string[]; commands: readonly Command[]; output: Output },
): RefusedLine {
  const reason = plainReason(error, args, commands);
  output.say(`dejavu: ${reason}\n${explainLine(EXIT_CODES.usage)}\n`);
  return { isHelp: false, reason };
}

function newProgram({ print, say }: Output): Program {
  const program = new Program('dejavu')
    .description('Brings databases to the version of the code.')
    .version(ownPackage().version, '--version', 'show the version of this package')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'show help')
    .configureHelp({
      showGlobalOptions: true,
      styleTitle: title => (title === 'Global Options:' ? 'Options of every command:' : title),
    })
    .addHelpText('after', EXIT_CODES_HELP)
    .configureOutput({
      writeOut: print,
      writeErr: say,
      // The reason is printed in plain English instead.
      outputError: () => {},
    })
    .showSuggestionAfterError()
    .allowExcessArguments(false)
    .exitOverride();
  for (const option of COMMON_OPTIONS) program.addOption(option);
  return program;
}

function addCommand(program: Program, command: Command, found: (parsed: ParsedLine) => void): void {
  const sub = program
    .command(command.name)
    .summary(command.summary)
    .description(`${command.summary.charAt(0).toUpperCase()}${command.summary.slice(1)}.`);
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
