import type { MikroORM } from '@mikro-orm/core';
import { askIn, isInteractive, personAt } from './ask.ts';
import type { CommandResult, GivenNothing } from './command.ts';
import { codeOfError, EXIT_CODES, UsageError } from './exit-codes.ts';
import { failureData, failureText } from './failure-text.ts';
import { interruptible } from './interrupt.ts';
import { jsonText, keepOthersOffStdout, type Output, outputTo } from './output.ts';
import { newSecrets, type Secrets } from './secrets.ts';
import { parseLine, type ParsedLine, type RefusedLine } from './line/parse-line.ts';
import { logReporter, terminalReporter } from './progress.ts';
import { makeOrm, makeOtherOrm } from './project/project-orm.ts';
import { makeSchemas, openTarget } from './project/project-schemas.ts';
import { COMMANDS } from './command-list.ts';
import { paintFor } from './tables-and-colours.ts';

/** Runs the command line. Returns the exit code after all output was written. */
export async function main(args: readonly string[]): Promise<number> {
  const secrets = newSecrets(process.env);
  const output = outputTo(process, secrets);
  const code = await run(args, output, secrets);
  await output.flushed();
  return code;
}

async function run(args: readonly string[], output: Output, secrets: Secrets): Promise<number> {
  const parsed = await parseLine(args, COMMANDS, output);
  if ('isHelp' in parsed) return refuse(parsed, args, output, secrets);
  const { command, flags } = parsed;
  if (flags.json) keepOthersOffStdout(process);
  if (!flags.color) {
    // Libraries that check for colours later find the same answer.
    delete process.env['FORCE_COLOR'];
    process.env['NO_COLOR'] = '1';
  }
  const result = await Promise.race([resultOf(parsed, output, secrets), uncaught()]).catch(failed);
  const { code, schemas, more, text, error } = result;
  if (flags.json) {
    const failure = error === undefined ? {} : { error: failureData(error) };
    output.print(jsonText({ command: command.name, exitCode: code, schemas, ...more, ...failure }, secrets));
  } else {
    output.print(text);
    if (error !== undefined) output.say(failureText(error, paintFor(process.stderr)));
  }
  return code;
}

async function resultOf({ command, ...said }: ParsedLine, output: Output, secrets: Secrets): Promise<CommandResult> {
  const others: MikroORM[] = [];
  const given = givenBy(said, output, async (path, context) => {
    const other = await makeOtherOrm(path, context, secrets);
    others.push(other);
    return other;
  });
  let orm: MikroORM | undefined;
  const importProject = async () => {
    orm = await makeOrm(said.flags, secrets);
    const made = await makeSchemas(orm, said.flags);
    secrets.show(made.map(({ schema }) => schema.guid));
    return made;
  };
  try {
    if (command.needs === 'nothing') return await command.run({ ...given, importProject });
    if (command.needs !== 'orm') {
      return await command.run({ ...given, schemas: (await importProject()).map(openTarget) });
    }
    orm = await makeOrm(said.flags, secrets);
    return await command.run({ ...given, orm });
  } finally {
    for (const one of [orm, ...others]) await one?.close(true);
  }
}

function givenBy(
  { flags, version, word }: Omit<ParsedLine, 'command'>,
  output: Output,
  otherOrm: GivenNothing['otherOrm'],
): GivenNothing {
  const interactive = !flags.json && isInteractive(process);
  return {
    flags,
    version,
    word,
    otherOrm,
    paint: paintFor(process.stdout),
    ask: askIn(process, flags.yes === true, interactive),
    person: interactive ? personAt(process) : undefined,
    async working(work) {
      const reporter = interactive ? terminalReporter(output, process.stderr) : logReporter(output);
      try {
        return await interruptible(reporter.say, signal => work({ signal, onProgress: reporter.report }));
      } finally {
        reporter.end();
      }
    },
  };
}

/** The parser has already printed the help, or the error message. */
function refuse({ isHelp, reason }: RefusedLine, args: readonly string[], output: Output, secrets: Secrets): number {
  if (isHelp) return EXIT_CODES.done;
  const exitCode = EXIT_CODES.usage;
  const error = { name: UsageError.name, message: reason };
  if (args.includes('--json')) output.print(jsonText({ command: undefined, exitCode, schemas: [], error }, secrets));
  return exitCode;
}

/** An uncaught error ends the command in any case, but its message is printed by this file, without secrets. */
async function uncaught(): Promise<never> {
  return new Promise((_, reject) => void process.once('uncaughtException', reject));
}

function failed(error: unknown): CommandResult {
  return { code: codeOfError(error), schemas: [], text: '', error };
}
