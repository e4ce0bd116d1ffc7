import type { Release } from '../life.ts';

/** What comes first where the shop is to move from SQLite to another engine. */
export const portable: Release = {
  what: 'texts have a type that every engine has',
  entities: [[`from './storage.ts'`, `from './portable.ts'`]],
  answers: [],
};

/** What became of the music shop. */
export const releases: readonly Release[] = [
  {
    what: 'a column gets a better name, tracks are looked for by name, invoices have a state',
    entities: [
      ['    milliseconds: p.integer(),', '    durationMs: p.integer(),'],
      ['    name: varchar(200),', '    name: varchar(200).index(),'],
      [
        `    total: p.decimal().precision(10).scale(2),`,
        `    total: p.decimal().precision(10).scale(2),
    state: p.enum(['open', 'paid']),`,
      ],
    ],
    answers: ['--renamed', 'track.milliseconds:durationMs', '--fill', 'invoice.state=paid'],
    renamed: { 'track.milliseconds': 'duration_ms' },
    told: {
      'select `state`, count(*) as n from `invoice` group by `state`': ['paid 412'],
      'select sum(`duration_ms`) as n from `track`': ['1378778040'],
    },
  },
  {
    what: 'composers are no longer a text: many tracks have many of them',
    entities: [
      [
        `export const Track = defineEntity({`,
        `export const Composer = defineEntity({
  name: 'Composer',
  properties: {
    composerId: p.integer().primary(),
    name: varchar(220).unique(),
  },
});

export const Track = defineEntity({`,
      ],
      ['    composer: varchar(220).nullable(),', '    composers: () => p.manyToMany(Composer).owner(),'],
    ],
    answers: ['--dropped', 'track.composer'],
    step: [
      [
        `    // Move data out of Track.composer here, before it is dropped.
    await step.dropProperty(before.Track`,
        `    const namesOf = (names: string | null | undefined) => [
      ...new Set((names ?? '').split(/[,;/&]/).map(name => name.trim()).filter(name => name !== '')),
    ];
    const keys = new Map<string, number>();
    await step.each(before.Track, { where: { composer: { $ne: null } } }, async tracks => {
      const texts = new Map(tracks.map(({ trackId, composer }) => [trackId, namesOf(composer)]));
      const fresh = [...new Set([...texts.values()].flat())].filter(name => !keys.has(name));
      const composers = fresh.map(name => after.em.create(after.Composer, { name }));
      await after.em.flush();
      for (const { name, composerId } of composers) keys.set(name, composerId);
      for (const track of await after.em.find(after.Track, { trackId: { $in: [...texts.keys()] } })) {
        for (const name of texts.get(track.trackId) ?? []) {
          track.composers.add(after.em.getReference(after.Composer, keys.get(name) as number));
        }
      }
    });
    await step.dropProperty(before.Track`,
      ],
    ],
    gone: ['track.composer'],
    told: {
      'select count(*) as n from `composer`': ['1089'],
      'select count(*) as n from `track_composers`': ['5144'],
      'select c.`name` from `composer` c join `track_composers` tc on tc.`composer_id` = c.`composer_id` where tc.`track_id` = 1 order by 1':
        ['Angus Young', 'Brian Johnson', 'Malcolm Young'],
    },
    isLossy: true,
  },
  {
    what: 'an entity gets a better name, genres are unique, prices are not negative, files may be larger than 2 GB',
    entities: [
      [
        `export const MediaType = defineEntity({\n  name: 'MediaType',`,
        `export const Format = defineEntity({\n  name: 'Format',`,
      ],
      ['    mediaTypeId: p.integer()', '    formatId: p.integer()'],
      ['    mediaType: () => p.manyToOne(MediaType)', '    format: () => p.manyToOne(Format)'],
      [
        '    genreId: p.integer().primary().autoincrement(false),\n    name: varchar(120).nullable(),',
        '    genreId: p.integer().primary().autoincrement(false),\n    name: varchar(120).nullable().unique(),',
      ],
      [
        `    bytes: p.integer().nullable(),
    unitPrice: p.decimal().precision(10).scale(2),`,
        `    bytes: p.bigint().nullable(),
    unitPrice: p
      .decimal()
      .precision(10)
      .scale(2)
      .check(({ unitPrice }) => \`"\${unitPrice}" >= 0\`),`,
      ],
    ],
    answers: [
      '--renamed',
      'mediaType:format',
      '--renamed',
      'mediaType.mediaTypeId:formatId',
      '--renamed',
      'track.mediaType:format',
    ],
    renamed: { media_type: 'format', 'media_type.media_type_id': 'format_id', 'track.media_type_id': 'format_id' },
  },
  {
    what: 'lines go with their invoice, sales are seen by country, nobody has a fax any more',
    entities: [
      [
        "p.manyToOne(Invoice).updateRule('no action').deleteRule('no action')",
        "p.manyToOne(Invoice).updateRule('no action').deleteRule('cascade')",
      ],
      ['    fax: varchar(24).nullable(),\n    email: varchar(60),', '    email: varchar(60),'],
      [
        `export const InvoiceLine =`,
        `export const CountrySales = defineEntity({
  name: 'CountrySales',
  view: true,
  expression: spelled('select \`billing_country\` as \`country\`, sum(\`total\`) as \`total\` from \`invoice\` group by \`billing_country\`'),
  properties: {
    country: varchar(40).primary(),
    total: p.decimal(),
  },
});

export const InvoiceLine =`,
      ],
      [`import { moment, varchar }`, `import { moment, spelled, varchar }`],
    ],
    answers: ['--dropped', 'customer.fax'],
    gone: ['customer.fax'],
    told: { "select round(`total`) as n from `country_sales` where `country` = 'Brazil'": ['190'] },
    isLossy: true,
  },
  {
    what: 'artists have names, customers have points and favourites, playlists may be private',
    entities: [
      [
        '    artistId: p.integer().primary().autoincrement(false),\n    name: varchar(120).nullable(),',
        '    artistId: p.integer().primary().autoincrement(false),\n    name: varchar(120),',
      ],
      [
        '    email: varchar(60),',
        '    email: varchar(60),\n    points: p.integer().default(0),\n    favourites: () => p.manyToMany(Genre).owner(),',
      ],
      ['    email: varchar(60).nullable(),', '    email: varchar(60).nullable().unique(),'],
      [
        '    playlistId: p.integer().primary().autoincrement(false),',
        '    playlistId: p.integer().primary().autoincrement(false),\n    isPublic: p.boolean().default(true),',
      ],
    ],
    answers: ['--fill', 'artist.name=Unknown'],
    told: { 'select sum(`points`) as n from `customer`': ['0'] },
  },
];
