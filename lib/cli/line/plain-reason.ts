import type { CommanderError } from 'commander';
import type { Command } from '../command.ts';
import { optionsOf, type FlagName } from './flags.ts';

/** Values that show how a flag without which a command cannot run is written. */
const EXAMPLES: Partial<Record<FlagName, string>> = {
  reason: '"tested: release 1 does not use the new column"',
  entities: 'Category,Field',
};

/**
 * Says in plain English why a command line was refused, and what to type next.
 *
 * @param args the command line
 */
export function plainReason(
  { code, message }: Pick<CommanderError, 'code' | 'message'>,
  args: readonly string[],
  commands: readonly Command[],
): string {
  const [first = '', second = '', third = ''] = [...message.matchAll(/'([^']*)'/g)].map(([, quoted = '']) => quoted);
  const command = commands.find(({ name }) => args.includes(name));
  const subject = command ? `'${command.name}'` : 'dejavu';
  const help = `npx dejavu ${command ? `${command.name} ` : ''}--help`;
  const guess = /\(Did you mean (?:one of )?(.+?)\?\)/.exec(message)?.[1];
  const meant = guess === undefined ? '' : ` Did you mean '${guess.split(', ').join("' or '")}'?`;
  const rule = /is invalid(?: for argument '[^']*')?\. (.+)$/s.exec(message)?.[1] ?? '';
  switch (code) {
    case 'commander.unknownCommand':
      return `dejavu has no command '${first}'.${meant} To list the commands: npx dejavu --help`;
    case 'commander.unknownOption':
      if (optionsOf(command?.flags ?? []).some(({ long }) => long === first))
        return `Write '${first}' after the command: npx dejavu ${command?.name} ${first}`;
      return `${subject} has no option '${first}'.${meant} To list the options: ${help}`;
    case 'commander.missingArgument':
      return `${subject} needs a ${first}: ${lineOf(args)} <${first}>`;
    case 'commander.excessArguments':
      return `${subject} takes ${count(/Expected (\d+)/.exec(message)?.[1])}, and got ${message.split('but got ').at(-1)} To see which: ${help}`;
    case 'commander.optionMissingArgument':
      return `${nameOf(first)} needs a value: ${lineOf(args)} ${valueOf(first)}`;
    case 'commander.missingMandatoryOptionValue': {
      const name = nameOf(first);
      const example = EXAMPLES[name.slice(2) as FlagName] ?? valueOf(first);
      const version = command?.version?.required && !args.some(arg => /^\d+$/.test(arg)) ? ' <version>' : '';
      return `${subject} needs ${name}: ${lineOf(args)}${version} ${name} ${example}`;
    }
    case 'commander.invalidArgument':
      return message.startsWith('error: option')
        ? `${nameOf(first)} cannot be '${second}'. ${rule.replace(/^Allowed choices are (.+)\.$/s, allowed)} To see what it means: ${help}`
        : `'${first}' is not a ${third === '' ? second : third}. ${rule} For example: npx dejavu ${command?.name ?? ''} 3`;
    default:
      return message.replace(/^error: /, '');
  }
}

function count(number: string | undefined): string {
  return number === '0' ? 'no arguments' : `${number} argument${number === '1' ? '' : 's'}`;
}

function allowed(_: string, choices: string): string {
  const all = choices.split(', ');
  return `It must be ${all.slice(0, -1).join(', ')} or ${all.at(-1)}.`;
}

/** Takes `--wait-ms` out of `-w, --wait-ms <ms>`. */
function nameOf(flags: string): string {
  return /--[\w-]+/.exec(flags)?.[0] ?? flags;
}

function valueOf(flags: string): string {
  return /<[^>]*>/.exec(flags)?.[0] ?? '<value>';
}

/** The command line as it was typed. */
function lineOf(args: readonly string[]): string {
  return [
    'npx dejavu',
    ...args.map(arg => (/^[\w./:=#@,-]+$/.test(arg) ? arg : `'${arg.replaceAll("'", `'\\''`)}'`)),
  ].join(' ');
}
