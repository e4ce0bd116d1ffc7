/** A code block of a page, and what the comment before it says about it. */
export interface Block {
  /** What follows the three back-ticks: `ts`, `console`, `yaml`. */
  readonly language: string;
  /** The line of the page that the fence stands in, from 1. */
  readonly line: number;
  readonly code: string;
  /** `<!-- file: schema.ts -->`: the block is this file of the reader's project. */
  readonly file: string | undefined;
  /** `<!-- with: zoo -->`: the block is a fragment; `docs/blocks/zoo.ts` stands around it. */
  readonly frame: string | undefined;
  /** `<!-- prints -->`: what the program before it prints. */
  readonly isOutput: boolean;
  /** `<!-- runs -->`: the commands of the block are run, and succeed. */
  readonly isRun: boolean;
}

/** A part of a page: prose, or a block with its fences. */
export type Part = string | Block;

const FENCED = /^(?:<!-- (?:(file|with): (\S+)|(prints|runs)) -->\n+)?^```(\w*)[^\n]*\n(.*?)^```$/gms;

/** Splits a page into prose and blocks. The comment before a block belongs to the block's prose. */
export function readPage(markdown: string): Part[] {
  const parts: Part[] = [];
  let end = 0;
  for (const match of markdown.matchAll(FENCED)) {
    const [whole, key, value, mark, language = '', code = ''] = match;
    const start = match.index + whole.length - code.length - '```'.length;
    parts.push(markdown.slice(end, start), {
      language,
      line: markdown.slice(0, start).split('\n').length - 1,
      code,
      file: key === 'file' ? value : undefined,
      frame: key === 'with' ? value : undefined,
      isOutput: mark === 'prints',
      isRun: mark === 'runs',
    });
    end = start + code.length;
  }
  parts.push(markdown.slice(end));
  return parts;
}

/** The blocks of a page. */
export function blocksOf(markdown: string): Block[] {
  return readPage(markdown).filter(part => typeof part !== 'string');
}

const PLACE = /^ *\/\/ the block\n/m;

/** Puts a fragment into the place that its frame keeps for it. The imports of the fragment go to the top. */
export function frame(around: string, code: string): string {
  if (!PLACE.test(around)) throw new Error('the frame has no line "// the block"');
  const imports = [...code.matchAll(/^import .*?;\n/gms)].map(([line]) => line).join('');
  const rest = code.replaceAll(/^import .*?;\n/gms, '');
  return imports + around.replace(PLACE, () => rest);
}
