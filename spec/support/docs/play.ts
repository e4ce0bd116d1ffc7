import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { cleanEnv } from '../cli/run.ts';
import { edit, openShell, readWalk, type Shell } from '../cli/walk.ts';
import { type Block, frame, type Part, readPage } from './blocks.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const RUNNER = join(import.meta.dirname, 'run-programs.ts');
const END = '--- end of program ---';
const FAILED = '--- failed ---';

/** Where a page is played. */
export interface Stage {
  /** What stands around its programs that name nothing else: `zoo` for `docs/blocks/zoo.ts`. */
  readonly frame?: string | undefined;
  /** The reader's project. */
  readonly folder: string;
  /** Where a copy of all code goes, as it is each time a program runs, to be compiled later. */
  readonly copies: string;
  /** Variables of the environment, such as the address of a database. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Does what a page shows, from the top to the bottom, in one folder: writes its files, makes its edits, runs its programs,
 * types its commands.
 *
 * @returns the page with what programs and commands really said
 * @throws Error if a program fails
 */
export async function play(markdown: string, stage: Stage): Promise<string> {
  mkdirSync(stage.folder, { recursive: true });
  writeFileSync(join(stage.folder, 'package.json'), '{ "type": "module" }\n');
  await using shell = openShell(stage.folder);
  const player = new Player(stage, shell);
  const parts = readPage(markdown);
  const played: string[] = [];
  for (const [index, part] of parts.entries()) played.push(await player.play(part, parts.slice(index + 1)));
  player.keep('end');
  return played.join('');
}

class Player {
  readonly #stage: Stage;
  readonly #shell: Shell;
  #isReady = false;
  /** What the programs printed that ran already, by block. */
  readonly #printed = new Map<Block, string>();
  #last = '';

  constructor(stage: Stage, shell: Shell) {
    this.#stage = stage;
    this.#shell = shell;
  }

  /** Answers the part as it should be. */
  async play(part: Part, following: readonly Part[]): Promise<string> {
    if (typeof part === 'string') return part;
    if (part.isOutput) return this.#last;
    if (part.file !== undefined) this.#write(part.file, part.code);
    else if (part.language === 'ts') await this.#run(part, following);
    else if (part.language === 'console') return this.#type(part);
    else if (part.isRun) await this.#succeed(part);
    else if (part.language === 'diff') for (const move of readWalk(fenced(part))) this.#edit(move);
    return part.code;
  }

  /** Keeps a copy of the project as it is now, for the compiler. */
  keep(name: string): void {
    cpSync(this.#stage.folder, join(this.#stage.copies, name), {
      recursive: true,
      filter: path => !path.includes('node_modules') && !/\.git\b|\.db\b/.test(path),
    });
  }

  #write(file: string, code: string): void {
    const path = join(this.#stage.folder, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, code);
  }

  #edit(move: ReturnType<typeof readWalk>[number]): void {
    if (move.kind === 'edit') edit(join(this.#stage.folder, move.path), move);
  }

  /** Runs a program, and in the same process those that follow it, up to the next block that changes something. */
  async #run(block: Block, following: readonly Part[]): Promise<void> {
    if (!this.#printed.has(block)) {
      const others = following.filter(part => typeof part !== 'string');
      const end = others.findIndex(changesProject);
      const together = [block, ...others.slice(0, end < 0 ? others.length : end)].filter(isProgram);
      await this.#runAll(together);
    }
    this.#last = this.#printed.get(block) ?? '';
  }

  async #runAll(blocks: readonly Block[]): Promise<void> {
    const files = blocks.map(block => {
      const file = join(this.#stage.folder, `line-${block.line}.ts`);
      writeFileSync(file, programOf(block, this.#stage.frame));
      return file;
    });
    this.keep(`line-${blocks[0]?.line}`);
    const env = cleanEnv(this.#stage.env);
    const { stdout } = await promisify(execFile)(process.execPath, [RUNNER, END, ...files], {
      cwd: this.#stage.folder,
      env,
    });
    const outputs = stdout.split(`${END}\n`);
    for (const [index, block] of blocks.entries()) this.#printed.set(block, outputs[index] ?? '');
  }

  /** Runs commands that have to succeed. */
  async #succeed({ code, line }: Block): Promise<void> {
    await this.#makeReady();
    for (const command of code.trim().split('\n')) {
      const { output } = await this.#shell.run(`${command} || echo "${FAILED}"`);
      if (output.includes(FAILED)) throw new Error(`line ${line}: ${command} failed:\n${output}`);
    }
  }

  async #makeReady(): Promise<void> {
    if (this.#isReady) return;
    const variables = Object.entries(this.#stage.env).map(([name, value]) => `export ${name}='${value}'`);
    // npx would look for the command where it is; what it says is the same
    const npx = 'npx() { "$@"; }';
    const path = `export PATH="${join(dirname(this.#stage.folder), '..', 'node_modules', '.bin')}:$PATH"`;
    for (const line of [path, npx, ...variables]) await this.#shell.run(line);
    this.#isReady = true;
  }

  /** Types the commands of a block, and answers them with what they say. */
  async #type(block: Block): Promise<string> {
    await this.#makeReady();
    let said = '';
    for (const move of readWalk(fenced(block))) {
      if (move.kind !== 'command') continue;
      const { output } = await this.#shell.run(move.line);
      said += `$ ${move.line}\n${output}`;
    }
    return said;
  }
}

function changesProject({ language, file, isOutput, isRun }: Block): boolean {
  return !isOutput && (isRun || file !== undefined || ['console', 'diff'].includes(language));
}

function isProgram({ language, file, isOutput }: Block): boolean {
  return language === 'ts' && file === undefined && !isOutput;
}

function programOf({ code, line, ...block }: Block, otherwise: string | undefined): string {
  const name = block.frame ?? otherwise;
  if (name === undefined) return code;
  const file = join(ROOT, 'docs', 'blocks', `${name}.ts`);
  if (!existsSync(file)) throw new Error(`line ${line}: there is no docs/blocks/${name}.ts`);
  return frame(readFileSync(file, 'utf8'), code);
}

function fenced({ language, code }: Block): string {
  return `\`\`\`${language}\n${code}\`\`\`\n`;
}
