import { readFileSync } from 'node:fs';
import type { Command } from '../command.ts';
import { EXIT_CODES, UsageError } from '../exit-codes.ts';
import type { Paint } from '../tables-and-colours.ts';

/** What an error code or an exit code means, and what to do. */
interface Page {
  /** The error code, or the number of the exit code: `VERSION_BEHIND`, `2`. */
  readonly code: string;
  /** Markdown, without its heading. */
  readonly text: string;
}

/** Explains error codes and exit codes. */
export const explain: Command = {
  name: 'explain',
  summary: 'explain an error code or an exit code: what it means, a typical cause, commands to look and to fix',
  needs: 'nothing',
  word: { name: 'code', about: 'an error code or an exit code: VERSION_BEHIND, or 2 (default: list all of them)' },
  flags: [],
  async run({ word, paint }) {
    const pages = readPages();
    const shown = word === undefined ? pages : [pageOf(word, pages)];
    return {
      code: EXIT_CODES.done,
      schemas: [],
      more: { pages: shown },
      text: word === undefined ? sayList(pages, paint) : shown.map(page => sayPage(page, paint)).join(''),
    };
  },
};

/**
 * Reads all pages from `docs/errors.md`, the only place where these texts are. The package contains that file, so that the
 * documentation and the command cannot differ, and nothing but this command reads it.
 */
export function readPages(): Page[] {
  const file = readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8');
  const sections = file.replaceAll(/^<a id=.*\n/gm, '').split(/^## /m);
  return sections.slice(1).map(section => {
    const [heading = '', ...lines] = section.split('\n');
    return { code: heading.replace('Exit code ', '').trim(), text: lines.join('\n').trim() };
  });
}

function pageOf(word: string, pages: readonly Page[]): Page {
  const found = pages.find(({ code }) => code === word.trim().toUpperCase());
  if (found) return found;
  const codes = pages.map(({ code }) => code).join(', ');
  throw new UsageError(`There is no error code and no exit code '${word}'. The codes are: ${codes}.`);
}

/** Shows Markdown in a terminal: commands are indented, and labels are bold. */
function sayPage({ code, text }: Page, paint: Paint): string {
  let inCode = false;
  const lines = text.split('\n').flatMap(line => {
    if (line.startsWith('```')) {
      inCode = !inCode;
      return [];
    }
    return inCode ? [`    ${line}`] : [line.replaceAll(/\*\*(.+?)\*\*/g, (_, label: string) => paint('bold', label))];
  });
  return `${paint('bold', titleOf(code))}\n\n${lines.join('\n')}\n`;
}

/** Shows the first sentence of each page. */
function sayList(pages: readonly Page[], paint: Paint): string {
  const entries = pages.map(({ code, text }) => {
    const [sentence = ''] = text.replaceAll('\n', ' ').match(/^.+?[.:](?= |$)/) ?? [];
    return `${paint('bold', titleOf(code))}\n  ${sentence.replace(/:$/, '.')}\n`;
  });
  return `${entries.join('')}\nnpx dejavu explain <code> prints causes and commands.\n`;
}

function titleOf(code: string): string {
  return /^\d/.test(code) ? `Exit code ${code}` : code;
}
