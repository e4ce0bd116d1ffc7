import { globSync } from 'node:fs';
import { basename, join } from 'node:path';

/** A page: its path, its title, and what it is about in half a sentence. */
type Page = readonly [path: string, title: string, about: string];

interface Part {
  readonly part: string;
  readonly pages: readonly Page[];
}

const LISTED: readonly Part[] = [
  {
    part: 'Guide',
    pages: [
      [
        'why',
        'Why a version in your code',
        'the number in the code, the number in the database, and the ways they can meet',
      ],
      [
        'first-schema',
        'Your first Schema',
        'install the package, write the class or let it be written, call it at boot',
      ],
      ['changing-storage', 'Changing the storage', 'change the entities, let `next` write the step, read it, deploy'],
      ['steps-that-last', 'Steps that last', 'frozen versions, and why a step must not use live entities'],
      ['operations', 'Operations', 'each operation with what it changes on SQLite and on PostgreSQL'],
      ['reference-data', 'Reference data', 'rows that belong to the code: fixtures in steps'],
      [
        'modules',
        'Modules',
        'several Schemas that need each other: `dependsOn`, `upgradeAll`, foreign keys between them',
      ],
      ['dump-and-restore', 'Upgrading by dump and restore', 'old rows into a new release; the double dump test'],
      ['moving-to-postgresql', 'Moving to PostgreSQL', 'from a SQLite file to a server, with the same Schema'],
      ['show', 'Pictures of versions', 'draw a version, a difference, or one page with the whole history'],
      [
        'testing',
        'Testing your upgrades',
        'prove every step in your own test suite, from the first check to old dumps in the repository',
      ],
      ['teams-and-branches', 'Teams and branches', 'two branches with the same version, switching branches, review'],
    ],
  },
  {
    part: 'Existing databases',
    pages: [
      ['adopting', 'Adopting a database', 'record the version of a database that has tables already'],
      [
        'from-a-database',
        'From a database',
        'entities, a Schema and version 1 from the tables of a database without entities',
      ],
      [
        'from-the-migrator',
        "Coming from MikroORM's Migrator",
        "move an application from MikroORM's Migrator, release by release",
      ],
      ['coming-from-dejavu', 'Coming from Dejavu', 'what differs from Dejavu for Python'],
    ],
  },
  {
    part: 'In production',
    pages: [
      ['guarding-startup', 'Guarding startup', 'upgrade at boot, guard only, readiness'],
      ['nestjs', 'NestJS', 'a module that brings the database up, injectable Schemas, health'],
      ['fastify', 'Fastify', 'a plugin that brings the database up, and `/ready`'],
      ['frameworks', 'Other frameworks', 'Express, Hono, Next.js, Electron, workers: two plain functions'],
      ['many-replicas', 'Many replicas', 'any number of processes boot at once, each step runs once'],
      ['kubernetes', 'Kubernetes', 'at boot, in an init container or in a job; probes, SIGTERM, roles and grants'],
      ['rolling-deploys', 'Rolling deploys', 'old and new code on one database: what is compatible, good and bad ways'],
      ['going-back', 'Going back', 'take the code back, or the database'],
      ['backups', 'Backups', 'a backup before each upgrade, a rehearsal on a copy, and the way back'],
      ['drift', 'Finding drift', 'compare the storage with its version, and put back what is missing'],
      ['desktop', 'Desktop and Electron', 'files of users: backups, progress, newer files'],
      ['bundlers', 'Bundlers, ESM, CommonJS', 'TypeScript, CommonJS, esbuild, images'],
      ['security', 'Security', 'rights, what is executed, what is shown'],
    ],
  },
  {
    part: 'Reference',
    pages: [
      ['commands', 'Commands', 'every command of `npx dejavu` with its flags'],
      ['drivers', 'Drivers', 'which drivers are supported, and why others are not'],
      ['errors', 'Errors and exit codes', 'each error code and exit code: meaning, cause, fix'],
      ['api/', 'API reference', 'every class, function and type'],
      ['dump-format', 'The format of a dump', 'the files of a dump, byte by byte'],
      ['stored', 'What is stored in your database', 'the two tables in your database'],
      ['limits', 'Limits', 'what it cannot do, or does differently on SQLite'],
      ['costs', 'What it costs', 'measured: boots, steps, installs, backfills'],
      ['faq', 'Questions and answers', 'short answers to frequent questions'],
      ['versioning-policy', 'Versioning policy', 'what stays stable between releases'],
    ],
  },
  {
    part: 'Examples',
    pages: [
      ['examples/quickstart', 'Quick start', 'two releases meet the same SQLite file'],
      ['examples/01-first-schema', 'A first Schema', 'a first release on an empty database'],
      ['examples/02-changing-storage', 'Changing the storage', 'steps in SQL, one that fails, one that is fixed'],
      ['examples/03-guarding-startup', 'Guarding startup', 'a service with readiness and SIGTERM'],
      ['examples/04-many-replicas', 'Many replicas', 'four processes, three steps, each once'],
      ['examples/05-moving-data', 'Moving data', 'operations and frozen versions'],
      ['examples/06-going-back', 'Going back', 'downgrades, and a loss that has to be allowed'],
      ['examples/07-desktop', 'A desktop application', 'a backup, a worker, a step that fails'],
      ['examples/08-next-version', 'The next version', 'a project to type along: next, plan, redo, renumber'],
      ['examples/09-from-the-migrator', 'From the Migrator', 'from migrations to versions'],
      ['examples/10-drift', 'Drift', 'drift found, kept and repaired'],
      ['examples/11-dump-and-restore', 'Dump and restore', 'an upgrade by dump and restore, and the double dump test'],
      ['examples/12-from-sqlite-to-postgresql', 'From SQLite to PostgreSQL', 'a move to another engine'],
      ['examples/13-reference-data', 'Reference data', 'rows of the code, in a fixture and in steps'],
      ['examples/14-testing-your-upgrades', 'Testing your upgrades', 'one test suite for Jest, Vitest and Node.js'],
      ['examples/15-modules', 'Modules', 'three modules that need each other, a failure, and the way back'],
      ['examples/16-nestjs', 'NestJS', 'two releases of an application, injected Schemas, health'],
      ['examples/17-fastify', 'Fastify', 'a server that is ready when its database is, and says so'],
      ['examples/18-pictures', 'Pictures', 'what a release changed, in a terminal, as text, and on one page'],
      ['examples/19-opentelemetry', 'OpenTelemetry', 'spans of an upgrade, its steps, waiting, and a mistake'],
    ],
  },
];

const DOCS = join(import.meta.dirname, '..');
const known = new Set(['index', ...LISTED.flatMap(({ pages }) => pages.map(([path]) => path))]);

/** Pages and examples that have no place in the order yet: none is forgotten. */
function others(pattern: string, pathOf: (file: string) => string): Page[] {
  const paths = new Set(globSync(pattern, { cwd: DOCS }).map(pathOf));
  return [...paths]
    .filter(path => !known.has(path))
    .toSorted()
    .map(path => {
      const name = basename(path).replace(/^\d+-/, '').replaceAll('-', ' ');
      const title = name.charAt(0).toUpperCase() + name.slice(1);
      return [path, title, title];
    });
}

const OTHERS: Readonly<Record<string, readonly Page[]>> = {
  Reference: others('*.md', file => basename(file, '.md')),
  Examples: others('../examples/{*.ts,*/README.md}', file => `examples/${file.split('/')[2]?.replace(/\.ts$/, '')}`),
};

/** The pages of the site, in the order they are read, by part. */
export const PAGES: readonly Part[] = LISTED.map(({ part, pages }) => ({
  part,
  pages: [...pages, ...(OTHERS[part] ?? [])],
}));

/** What a page is about, for search engines. */
export function aboutOf(path: string): string | undefined {
  return PAGES.flatMap(({ pages }) => pages).find(page => page[0] === path)?.[2];
}
