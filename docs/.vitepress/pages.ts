/** The pages of the site in the order they are read: path and title, by part. A spec holds that none is missing. */
export const PAGES: readonly {
  readonly part: string;
  readonly pages: readonly (readonly [path: string, title: string])[];
}[] = [
  {
    part: 'Guide',
    pages: [
      ['why', 'Why a version in your code'],
      ['first-schema', 'Your first Schema'],
      ['changing-storage', 'Changing the storage'],
      ['steps-that-last', 'Steps that last'],
      ['operations', 'Operations'],
      ['reference-data', 'Reference data'],
      ['testing', 'Testing'],
      ['teams-and-branches', 'Teams and branches'],
    ],
  },
  {
    part: 'Existing databases',
    pages: [
      ['adopting', 'Adopting a database'],
      ['from-the-migrator', "Coming from MikroORM's Migrator"],
      ['coming-from-dejavu', 'Coming from Dejavu'],
    ],
  },
  {
    part: 'In production',
    pages: [
      ['guarding-startup', 'Guarding startup'],
      ['many-replicas', 'Many replicas'],
      ['kubernetes', 'Kubernetes'],
      ['rolling-deploys', 'Rolling deploys'],
      ['going-back', 'Going back'],
      ['drift', 'Finding drift'],
      ['desktop', 'Desktop and Electron'],
      ['bundlers', 'Bundlers, ESM, CommonJS'],
      ['security', 'Security'],
    ],
  },
  {
    part: 'Reference',
    pages: [
      ['commands', 'Commands'],
      ['errors', 'Errors and exit codes'],
      ['api/', 'API reference'],
      ['stored', 'What is stored in your database'],
      ['dump-format', 'The format of dumps'],
      ['limits', 'Limits'],
      ['costs', 'What it costs'],
      ['faq', 'Questions and answers'],
      ['versioning-policy', 'Versioning policy'],
    ],
  },
  {
    part: 'Examples',
    pages: [
      ['examples/quickstart', 'Quick start'],
      ['examples/01-first-schema', 'A first Schema'],
      ['examples/02-changing-storage', 'Changing the storage'],
      ['examples/03-guarding-startup', 'Guarding startup'],
      ['examples/04-many-replicas', 'Many replicas'],
      ['examples/05-moving-data', 'Moving data'],
      ['examples/06-going-back', 'Going back'],
      ['examples/07-desktop', 'A desktop application'],
      ['examples/08-next-version', 'The next version'],
      ['examples/09-from-the-migrator', 'From the Migrator'],
      ['examples/10-drift', 'Drift'],
      ['examples/13-reference-data', 'Reference data'],
    ],
  },
];
