import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Option } from 'commander';
import { COMMANDS } from '../../lib/cli/command-list.ts';
import { COMMON_OPTIONS, optionsOf } from '../../lib/cli/line/flags.ts';

/* Makes the page of the command from the command itself. */

const text = (about: string) => about.replaceAll('|', '\\|').replaceAll('<', '&lt;');

function table(options: readonly Option[]): string {
  const rows = options.map(({ flags, description, argChoices }) => {
    const choices = argChoices ? ` One of ${argChoices.map(choice => `\`${choice}\``).join(', ')}.` : '';
    return `| \`${flags.replaceAll('|', '\\|')}\` | ${text(description)}${choices} |\n`;
  });
  return rows.length === 0 ? '' : `| flag | what it does |\n|---|---|\n${rows.join('')}\n`;
}

const commands = COMMANDS.map(({ name, summary, version, word, flags }) => {
  const about = summary.charAt(0).toUpperCase() + summary.slice(1);
  const argument = version ? (version.required ? ' <version>' : ' [version]') : word ? ` [${word.name}]` : '';
  const given = version ? { name: 'version', about: version.about } : word;
  const said = given ? `\`${given.name}\`: ${text(given.about)}.\n\n` : '';
  return `## ${name}\n\n\`\`\`sh\nnpx dejavu ${name}${argument}\n\`\`\`\n\n${text(about)}.\n\n${said}${table(optionsOf(flags))}`;
});

writeFileSync(
  join(import.meta.dirname, '..', 'commands.md'),
  `# Commands

\`npx dejavu\` is a program for developers, CI and operations. An application needs none of it: it calls the
[methods of its Schema](./api/mikro-orm-dejavu.md). The command finds MikroORM's configuration as MikroORM's own command does, and your
Schema by \`"dejavu": { "schema": "./schema.ts#ZooSchema" }\` in \`package.json\`, or by \`--schema\`.

Its exit codes are stable: they are listed with the [errors](./errors.md). \`npx dejavu explain 2\` explains one.

${commands.join('')}## Flags of every command

${table(COMMON_OPTIONS)}`,
);
