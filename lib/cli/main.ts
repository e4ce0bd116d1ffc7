import type { MikroORM } from '@mikro-orm/core';
import { askIn, isInteractive, personAt } from './ask.ts';
import { paintFor } from './colours.ts';
import type { Answer, GivenNothing } from './command.ts';
import { codeOfError, exitCodes } from './exit-codes.ts';
import { failureData, failureText } from './failure.ts';
import { interruptible } from './interrupt.ts';
import { makeOrm } from './orm.ts';
import { jsonText, keepOthersOffStdout, outputTo, type Output } from './output.ts';
import { parse, type Parsed, type Refused } from './program.ts';
import { commands } from './registry.ts';
import { logReporter, terminalReporter } from './reporter.ts';
import { makeSchemas, openTarget } from './schemas.ts';
import { newSecrets, type Secrets } from './secrets.ts';
import { UsageError } from './usage.ts';

/** Does what the command line says, and answers the exit code once everything was said. */
export async function main(args: readonly string[]): Promise<number> {
  const secrets = newSecrets(process.env);
  const output = outputTo(process, secrets);
  const code = await run(args, output, secrets);
  await output.flushed();
  return code;
}

async function run(args: readonly string[], output: Output, secrets: Secrets): Promise<number> {
  const parsed = await parse(args, commands, output);
  if ('isHelp' in parsed) return refuse(parsed, args, output, secrets);
  const { flags } = parsed;
  if (flags.json) keepOthersOffStdout(process);
  if (!flags.color) refuseColours();
  const answer = await Promise.race([answerTo(parsed, output, secrets), uncaught()]).catch(failed);
  tell(answer, parsed, output, secrets);
  return answer.code;
}

async function answerTo({ command, ...said }: Parsed, output: Output, secrets: Secrets): Promise<Answer> {
  const given = givenBy(said, output);
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
    await orm?.close(true);
  }
}

function givenBy({ flags, version }: Omit<Parsed, 'command'>, output: Output): GivenNothing {
  const interactive = !flags.json && isInteractive(process);
  return {
    flags,
    version,
    paint: paintFor(process.stdout),
    ask: askIn(process, { yes: flags.yes === true, interactive }),
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

/** The parser has told a person already what is wrong, or shown its help. */
function refuse({ isHelp, reason }: Refused, args: readonly string[], output: Output, secrets: Secrets): number {
  if (isHelp) return exitCodes.done;
  const exitCode = exitCodes.usage;
  const error = { name: UsageError.name, message: reason };
  if (args.includes('--json')) output.print(jsonText({ command: undefined, exitCode, schemas: [], error }, secrets));
  return exitCode;
}

/** What nobody caught ends the command as it would anyway, but what it says goes through here. */
async function uncaught(): Promise<never> {
  return new Promise((_, reject) => void process.once('uncaughtException', reject));
}

function failed(error: unknown): Answer {
  return { code: codeOfError(error), schemas: [], text: '', error };
}

function tell({ code, schemas, text, error }: Answer, { command, flags }: Parsed, output: Output, secrets: Secrets) {
  if (flags.json) {
    const failure = error === undefined ? {} : { error: failureData(error) };
    output.print(jsonText({ command: command.name, exitCode: code, schemas, ...failure }, secrets));
    return;
  }
  output.print(text);
  if (error !== undefined) output.say(failureText(error, paintFor(process.stderr)));
}

function refuseColours(): void {
  // whoever asks later, also a library, is to know it
  delete process.env['FORCE_COLOR'];
  process.env['NO_COLOR'] = '1';
}
