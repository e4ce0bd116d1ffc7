/** The pages of the site in the order they are read: path and title, by part. A spec holds that none is missing. */
export const PAGES: readonly {
  readonly part: string;
  readonly pages: readonly (readonly [path: string, title: string])[];
}[] = [
  {
    part: 'Guide',
    pages: [
      ['changing-storage', 'Changing the storage'],
      ['steps-that-last', 'Steps that last'],
      ['testing', 'Testing'],
    ],
  },
  {
    part: 'In production',
    pages: [['guarding-startup', 'Guarding startup']],
  },
  {
    part: 'Reference',
    pages: [
      ['errors', 'Errors and exit codes'],
      ['api/', 'API reference'],
      ['limits', 'Limits'],
      ['costs', 'What it costs'],
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
    ],
  },
  {
    part: 'More',
    pages: [['coming-from-dejavu', 'Coming from Dejavu']],
  },
];
