import { p } from '@mikro-orm/core';

/** Every type that MikroORM stores in a way of its own on SQLite, by the name that the cells call it. */
export const TYPES: Readonly<Record<string, () => { nullable(): unknown }>> = {
  string: () => p.string(),
  uuid: () => p.uuid(),
  array: () => p.array(),
  enum: () => p.enum(['calm', 'wild']),
  integer: () => p.integer(),
  bigint: () => p.bigint(),
  boolean: () => p.boolean(),
  double: () => p.double(),
  decimal: () => p.decimal().precision(20).scale(4),
  datetime: () => p.datetime(),
  'datetime as text': () => p.datetime().runtimeType('string'),
  date: () => p.date(),
  'date as Date': () => p.date().runtimeType('Date'),
  time: () => p.time(),
  interval: () => p.interval(),
  json: () => p.json(),
  blob: () => p.blob(),
};

/** The row does not convert: the operation counts it and touches nothing. */
export const REFUSED = 'refused';

/** A value of one type, and how MikroORM reads it once its property has another type. */
export interface Cell {
  readonly from: string;
  /** As an application writes it; SQL for what is there although no application of today wrote it. */
  readonly value: unknown;
  readonly sql?: boolean;
  /** By type. A type that is not named refuses the value. */
  readonly to: Readonly<Record<string, unknown>>;
}

/** A text is a text to all types that are stored as one: nothing is converted. */
const asTexts = (text: string) => ({ string: text, uuid: text, array: text.split(',') });

const at = (moment: string) => new Date(moment);
const MIDNIGHT = '2024-05-06T00:00:00.000Z';
const SECOND = '2024-05-06T07:08:09.000Z';
const MOMENT = '2024-05-06T07:08:09.123Z';

export const CELLS: readonly Cell[] = [
  // texts
  {
    from: 'string',
    value: 'calm',
    to: { ...asTexts('calm'), enum: 'calm', interval: 'calm' },
  },
  {
    from: 'string',
    value: '12',
    to: { ...asTexts('12'), integer: 12, bigint: 12n, double: 12, decimal: '12', interval: 12, json: 12 },
  },
  {
    from: 'string',
    value: ' 12 ',
    to: { ...asTexts(' 12 '), integer: 12, bigint: 12n, double: 12, decimal: '12', interval: 12, json: 12 },
  },
  { from: 'string', value: '0x10', to: { ...asTexts('0x10'), interval: '0x10' } },
  {
    from: 'string',
    value: '1e3',
    to: { ...asTexts('1e3'), integer: 1000, bigint: 1000n, double: 1000, decimal: '1000', interval: 1000, json: 1000 },
  },
  {
    from: 'string',
    value: '1.5',
    to: { ...asTexts('1.5'), double: 1.5, decimal: '1.5', interval: 1.5, json: 1.5 },
  },
  { from: 'string', value: '12345678901234567.89', to: asTexts('12345678901234567.89') },
  { from: 'string', value: '0.1234567890123456789', to: asTexts('0.1234567890123456789') },
  { from: 'string', value: '1e999', to: asTexts('1e999') },
  { from: 'string', value: '1e-999', to: asTexts('1e-999') },
  {
    from: 'string',
    value: '9007199254740991',
    to: {
      ...asTexts('9007199254740991'),
      integer: 9007199254740991,
      bigint: 9007199254740991n,
      double: 9007199254740991,
      decimal: '9007199254740991',
      interval: 9007199254740991,
      json: 9007199254740991,
    },
  },
  { from: 'string', value: '9223372036854775808', to: asTexts('9223372036854775808') },
  {
    from: 'string',
    value: '1',
    to: {
      ...asTexts('1'),
      integer: 1,
      bigint: 1n,
      boolean: true,
      double: 1,
      decimal: '1',
      interval: 1,
      json: 1,
    },
  },
  {
    from: 'string',
    value: 'false',
    to: { ...asTexts('false'), boolean: false, interval: 'false', json: false },
  },
  { from: 'string', value: '{"a":[1]}', to: { ...asTexts('{"a":[1]}'), interval: '{"a":[1]}', json: { a: [1] } } },
  {
    from: 'string',
    value: MOMENT,
    to: {
      ...asTexts(MOMENT),
      datetime: at(MOMENT),
      'datetime as text': MOMENT,
      'date as Date': at(MOMENT),
      interval: MOMENT,
    },
  },
  {
    from: 'string',
    value: '2024-05-06 09:08:09.5+02:00',
    to: {
      ...asTexts('2024-05-06 09:08:09.5+02:00'),
      datetime: at('2024-05-06T07:08:09.500Z'),
      'datetime as text': '2024-05-06 09:08:09.5+02:00',
      'date as Date': at('2024-05-06T07:08:09.500Z'),
      interval: '2024-05-06 09:08:09.5+02:00',
    },
  },
  {
    from: 'string',
    value: '2024-05-06 07:08:09.123456',
    to: {
      ...asTexts('2024-05-06 07:08:09.123456'),
      'datetime as text': '2024-05-06 07:08:09.123456',
      interval: '2024-05-06 07:08:09.123456',
    },
  },
  {
    from: 'string',
    value: '2024-05-06',
    to: {
      ...asTexts('2024-05-06'),
      datetime: at(MIDNIGHT),
      'datetime as text': '2024-05-06',
      date: '2024-05-06',
      'date as Date': at(MIDNIGHT),
      interval: '2024-05-06',
    },
  },
  { from: 'string', value: '2024-02-30', to: { ...asTexts('2024-02-30'), interval: '2024-02-30' } },
  { from: 'string', value: '07:08:09', to: { ...asTexts('07:08:09'), time: '07:08:09', interval: '07:08:09' } },
  { from: 'array', value: ['a', 'b'], to: { ...asTexts('a,b'), interval: 'a,b' } },
  { from: 'enum', value: 'wild', to: { ...asTexts('wild'), enum: 'wild', interval: 'wild' } },
  // numbers
  {
    from: 'integer',
    value: 7,
    to: {
      ...asTexts('7'),
      integer: 7,
      bigint: 7n,
      double: 7,
      decimal: '7',
      datetime: at('1970-01-01T00:00:00.007Z'),
      'datetime as text': '1970-01-01T00:00:00.007Z',
      'date as Date': at('1970-01-01T00:00:00.007Z'),
      interval: 7,
      json: 7,
    },
  },
  {
    from: 'bigint',
    value: '9007199254740993',
    sql: true,
    to: {
      ...asTexts('9007199254740993'),
      // read by a driver that knows no larger numbers
      integer: 9007199254740992,
      bigint: 9007199254740992n,
      decimal: '9007199254740992',
      interval: 9007199254740992,
      json: 9007199254740992,
    },
  },
  {
    from: 'boolean',
    value: true,
    to: { ...asTexts('true'), integer: 1, bigint: 1n, boolean: true, double: 1, decimal: '1', json: true },
  },
  { from: 'double', value: `'four'`, sql: true, to: { ...asTexts('four'), double: NaN, interval: 'four' } },
  {
    from: 'double',
    value: 4,
    to: {
      ...asTexts('4'),
      integer: 4,
      bigint: 4n,
      double: 4,
      decimal: '4',
      datetime: at('1970-01-01T00:00:00.004Z'),
      'datetime as text': '1970-01-01T00:00:00.004Z',
      'date as Date': at('1970-01-01T00:00:00.004Z'),
      interval: 4,
      json: 4,
    },
  },
  {
    from: 'double',
    value: 0.1 + 0.2,
    to: {
      ...asTexts('0.30000000000000004'),
      double: 0.1 + 0.2,
      decimal: '0.30000000000000004',
      interval: 0.1 + 0.2,
      json: 0.1 + 0.2,
    },
  },
  { from: 'double', value: `x'6869'`, sql: true, to: { double: NaN, blob: Buffer.from('hi') } },
  { from: 'double', value: '1e999', sql: true, to: { double: Infinity } },
  { from: 'decimal', value: '1.50', to: { ...asTexts('1.5'), double: 1.5, decimal: '1.5', interval: 1.5, json: 1.5 } },
  // moments
  {
    from: 'datetime',
    value: at(MOMENT),
    to: {
      ...asTexts(MOMENT),
      integer: 1714979289123,
      bigint: 1714979289123n,
      double: 1714979289123,
      decimal: '1714979289123',
      datetime: at(MOMENT),
      'datetime as text': MOMENT,
      'date as Date': at(MOMENT),
    },
  },
  {
    from: 'datetime',
    value: at(SECOND),
    to: {
      ...asTexts(SECOND),
      integer: 1714979289000,
      bigint: 1714979289000n,
      double: 1714979289000,
      decimal: '1714979289000',
      datetime: at(SECOND),
      'datetime as text': SECOND,
      'date as Date': at(SECOND),
      time: '07:08:09',
    },
  },
  {
    from: 'datetime',
    value: at('1969-12-31T00:00:00Z'),
    to: {
      ...asTexts('1969-12-31T00:00:00.000Z'),
      integer: -86400000,
      bigint: -86400000n,
      double: -86400000,
      decimal: '-86400000',
      datetime: at('1969-12-31T00:00:00Z'),
      'datetime as text': '1969-12-31T00:00:00.000Z',
      date: '1969-12-31',
      'date as Date': at('1969-12-31T00:00:00Z'),
      time: '00:00:00',
    },
  },
  {
    from: 'datetime',
    value: `'2024-05-06 07:08:09'`,
    sql: true,
    to: {
      ...asTexts('2024-05-06 07:08:09'),
      integer: 1714979289000,
      bigint: 1714979289000n,
      double: 1714979289000,
      decimal: '1714979289000',
      datetime: at(SECOND),
      'datetime as text': '2024-05-06 07:08:09',
      'date as Date': at(SECOND),
      time: '07:08:09',
    },
  },
  {
    from: 'datetime as text',
    value: '2024-05-06T00:00:00Z',
    to: {
      ...asTexts('2024-05-06T00:00:00Z'),
      integer: 1714953600000,
      bigint: 1714953600000n,
      double: 1714953600000,
      decimal: '1714953600000',
      datetime: at(MIDNIGHT),
      'datetime as text': '2024-05-06T00:00:00Z',
      date: '2024-05-06',
      'date as Date': at(MIDNIGHT),
      time: '00:00:00',
    },
  },
  {
    from: 'date',
    value: '2024-05-06',
    to: {
      ...asTexts('2024-05-06'),
      datetime: at(MIDNIGHT),
      'datetime as text': '2024-05-06',
      date: '2024-05-06',
      'date as Date': at(MIDNIGHT),
    },
  },
  {
    from: 'date as Date',
    value: at(MIDNIGHT),
    to: {
      ...asTexts(MIDNIGHT),
      integer: 1714953600000,
      bigint: 1714953600000n,
      double: 1714953600000,
      decimal: '1714953600000',
      datetime: at(MIDNIGHT),
      'datetime as text': MIDNIGHT,
      date: '2024-05-06',
      'date as Date': at(MIDNIGHT),
      time: '00:00:00',
    },
  },
  { from: 'time', value: '07:08:09', to: { ...asTexts('07:08:09'), time: '07:08:09' } },
  { from: 'interval', value: '1 day', to: { ...asTexts('1 day'), interval: '1 day' } },
  // the rest
  {
    from: 'uuid',
    value: '7a1bd2e1-7a0f-4bfa-9e7e-0d8f3a5f2d11',
    to: { ...asTexts('7a1bd2e1-7a0f-4bfa-9e7e-0d8f3a5f2d11'), interval: '7a1bd2e1-7a0f-4bfa-9e7e-0d8f3a5f2d11' },
  },
  { from: 'json', value: { a: [1] }, to: { ...asTexts('{"a":[1]}'), json: { a: [1] } } },
  {
    from: 'json',
    value: 5,
    to: {
      ...asTexts('5'),
      integer: 5,
      bigint: 5n,
      double: 5,
      decimal: '5',
      json: 5,
    },
  },
  { from: 'blob', value: Buffer.from('hi'), to: { blob: Buffer.from('hi') } },
];
