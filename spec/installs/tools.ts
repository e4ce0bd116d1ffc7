import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';

const ROOT = join(import.meta.dirname, '..', '..');
const APPLICATION = join(import.meta.dirname, 'application');
const run = promisify(execFile);

/** The package managers and runtimes that are tried, by the name of their package. Bun is among this repository's own. */
const TOOLS = {
  npm10: 'npm:npm@10.9.9',
  npm11: 'npm:npm@11.21.2',
  pnpm: '12.21.0',
  '@yarnpkg/cli-dist': '4.18.1',
  node22: `npm:node-${process.platform}-${process.arch}@22.18.0`,
};

/** What all projects are made of: the package as it is published, and the package managers. */
export interface Workplace extends AsyncDisposable {
  readonly folder: string;
  /** The path of a tool's file. */
  readonly tool: (path: string) => string;
  /** Makes a project of the application, with these dependencies besides the packed library. */
  readonly makeProject: (front: Front, files?: Readonly<Record<string, string>>) => Promise<Project>;
  /** Copies an example that is a project, and lets it depend on the packed library. */
  readonly copyExample: (name: string) => Promise<Project>;
}

/** The parts of a `package.json` in which projects differ. */
export interface Front {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly [key: string]: unknown;
}

/** One application in its own folder. */
export interface Project {
  readonly folder: string;
  /** Runs a file with a Node.js, this one if none is given. Returns all it printed. */
  readonly node: (args: readonly string[], options?: RunOptions) => Promise<string>;
  /** Checks the types with the TypeScript of this repository. */
  readonly checkTypes: (options?: readonly string[]) => Promise<string>;
  /** Changes files: what they hold is replaced by what a function makes of it. */
  readonly edit: (paths: readonly string[], change: (text: string) => string) => Promise<void>;
}

export interface RunOptions {
  /** The Node.js that runs it and everything it starts. */
  readonly node?: string | undefined;
  readonly env?: Readonly<Record<string, string>>;
}

/** Builds and packs the library as npm does, and installs the tools. */
export async function openWorkplace(): Promise<Workplace> {
  const folder = await mkdtemp(join(tmpdir(), 'dejavu-installs-'));
  const [tarball] = await Promise.all([pack(folder), installTools(folder)]);
  let count = 0;
  return {
    folder,
    tool: path => join(folder, 'tools', 'node_modules', path),
    async makeProject({ dependencies, devDependencies, ...more }, files = {}) {
      const project = join(folder, `project-${++count}`);
      await cp(APPLICATION, project, { recursive: true });
      const front = JSON.parse(await readFile(join(project, 'package.json'), 'utf8')) as object;
      const whole = {
        ...front,
        ...more,
        dependencies: { ...dependencies, 'mikro-orm-dejavu': `file:${tarball}` },
        devDependencies: { '@types/node': '^24', ...devDependencies },
      };
      for (const [path, text] of Object.entries({ 'package.json': JSON.stringify(whole, null, 2), ...files })) {
        await mkdir(dirname(join(project, path)), { recursive: true });
        await writeFile(join(project, path), text);
      }
      return openProject(project);
    },
    async copyExample(name) {
      const project = openProject(join(folder, `project-${++count}`));
      await cp(join(ROOT, 'examples', name), project.folder, { recursive: true });
      await project.edit(['package.json'], text => text.replace(/("mikro-orm-dejavu": ")[^"]+/, `$1file:${tarball}`));
      return project;
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

function openProject(folder: string): Project {
  const node = async (args: readonly string[], options?: RunOptions) => runNode(folder, args, options);
  return {
    folder,
    node,
    checkTypes: async (options = []) =>
      node([join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', folder, ...options]),
    async edit(paths, change) {
      for (const path of paths) {
        const text = await readFile(join(folder, path), 'utf8');
        await writeFile(join(folder, path), change(text));
      }
    },
  };
}

async function runNode(cwd: string, args: readonly string[], { node = process.execPath, env }: RunOptions = {}) {
  const path = [join(node, '..'), process.env['PATH']].join(delimiter);
  try {
    const { stdout, stderr } = await run(node, args, { cwd, env: { ...process.env, PATH: path, ...env } });
    return stdout + stderr;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`${args.join(' ')}\n${stdout}${stderr}`, { cause: error });
  }
}

async function pack(folder: string): Promise<string> {
  const built = join(folder, 'package');
  await mkdir(built);
  for (const name of ['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md', 'lib'])
    await cp(join(ROOT, name), join(built, name), { recursive: true });
  const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
  await run(process.execPath, [tsc, '-p', 'tsconfig.build.json', '--outDir', join(built, 'dist')], { cwd: ROOT });
  await run('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder], { cwd: built });
  const { version } = JSON.parse(await readFile(join(built, 'package.json'), 'utf8')) as { version: string };
  return join(folder, `mikro-orm-dejavu-${version}.tgz`);
}

async function installTools(folder: string): Promise<void> {
  const tools = join(folder, 'tools');
  await mkdir(tools);
  const front = { private: true, dependencies: TOOLS };
  await writeFile(join(tools, 'package.json'), JSON.stringify(front));
  await run('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: tools });
}

/** How every package manager reaches the registry that npm is set up with on this machine. */
export async function registrySettings(folder: string): Promise<Record<string, string>> {
  const setting = async (name: string) => (await run('npm', ['config', 'get', name], { cwd: folder })).stdout.trim();
  const [registry, cafile] = await Promise.all([setting('registry'), setting('cafile')]);
  return {
    npm_config_registry: registry,
    YARN_NPM_REGISTRY_SERVER: registry,
    YARN_ENABLE_TELEMETRY: '0',
    YARN_ENABLE_IMMUTABLE_INSTALLS: 'false',
    YARN_GLOBAL_FOLDER: join(folder, 'yarn'),
    BUN_CONFIG_REGISTRY: registry,
    BUN_INSTALL_CACHE_DIR: join(folder, 'bun'),
    ...(cafile !== 'null' &&
      cafile !== 'undefined' && {
        npm_config_cafile: cafile,
        YARN_HTTPS_CA_FILE_PATH: cafile,
        NODE_EXTRA_CA_CERTS: cafile,
      }),
  };
}
