import { Type, types, type EntityProperty } from '@mikro-orm/core';

/** Spellings of one type, in lower case. */
const spellings: Readonly<Record<string, string>> = {
  bool: 'boolean',
  buffer: 'blob',
  bytea: 'blob',
  char: 'character',
  'character varying': 'string',
  'double precision': 'double',
  int: 'integer',
  jsonb: 'json',
  number: 'integer',
  numeric: 'decimal',
  object: 'json',
  timestamp: 'datetime',
  timestamptz: 'datetime',
  varchar: 'string',
};

/**
 * The type a property has for the application, whatever a dialect makes of it and however it was spelled:
 * `p.integer()`, `'number'` and `Number` are all `integer`. A custom type is known by its class name.
 */
export function logicalType(prop: EntityProperty): string {
  const custom = prop.customType;
  if (custom) return Type.getOrmType(custom.constructor) ?? custom.constructor.name;
  const name = String(prop.type ?? 'unknown').replace(/\(.*\)$/, '');
  // The one spelling that means something else in capitals: JavaScript's Date has a time.
  if (name === 'Date') return 'datetime';
  if (name.endsWith('[]')) return 'array';
  const lower = name.toLowerCase();
  return spellings[lower] ?? (Object.hasOwn(types, lower) ? lower : name);
}
