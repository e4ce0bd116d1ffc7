import { Type, types, Utils, type EntityProperty } from '@mikro-orm/core';
import { logicalType } from '../models/logical-type.ts';
import type { BlockContext } from './entity-block.ts';
import { cannotFreeze, packageOf, withBases, type TypeClass } from './custom-types.ts';
import { functionSource } from '../source-code/function-source.ts';
import { list, type Piece } from '../source-code/layout.ts';
import { literal, stringLiteral } from '../source-code/literals.ts';
import type { WrittenProperty } from './declared-entities.ts';

/** What a property's chain of calls on `p` begins with. */
export interface Head {
  readonly calls: readonly Piece[];
  /** The options it has said already. */
  readonly said: readonly string[];
}

/** The beginning of a property that holds a value: `p.string()`, `p.enum(['a', 'b'])`, `p.type(Weight)`. */
export function typeHead(raw: WrittenProperty, prop: EntityProperty, context: BlockContext): Head {
  const items = itemsOf(raw, prop);
  if (items) {
    return head(
      list(
        '.enum([',
        items.map(item => literal(item, context.imports) ?? ''),
        '])',
      ),
    );
  }
  const type = typeOf(raw);
  if (type && Type.getOrmType(type) === undefined) return head(customType(raw.type, type, context));
  return builtIn(raw, prop, context);
}

function head(type: Piece, calls: readonly Piece[] = [], said: readonly string[] = []): Head {
  return { calls: [type, ...calls], said };
}

/** What an enum allows; MikroORM reads it off a TypeScript enum in the same way. */
function itemsOf(raw: WrittenProperty, prop: EntityProperty): readonly unknown[] | undefined {
  if (raw.items === undefined) return raw.enum === true ? prop.items : undefined;
  const items: unknown = typeof raw.items === 'function' ? raw.items() : raw.items;
  return Array.isArray(items) ? items : Utils.extractEnumValues(items as object);
}

function typeOf({ type }: WrittenProperty): TypeClass | undefined {
  if (typeof type === 'function' && Type.isMappedType(type.prototype)) return type as TypeClass;
  return Type.isMappedType(type) ? (type.constructor as TypeClass) : undefined;
}

function customType(type: unknown, made: TypeClass, context: BlockContext): string {
  if (made.name === '') throw cannotFreeze(made, 'has no name');
  if (Type.isMappedType(type) && stateOf(type) !== stateOf(Reflect.construct(made, []))) {
    throw cannotFreeze(made, 'is made with arguments');
  }
  const from = packageOf(made);
  if (from !== undefined) return `.type(${context.imports.use(from, made.name)})`;
  for (const base of withBases(made)) context.useType(base);
  return `.type(${made.name})`;
}

/** What an instance holds, beside what an ORM tells it. */
function stateOf(type: Type<unknown>): string {
  const { platform: _platform, meta: _meta, prop: _prop, ...state } = type;
  return JSON.stringify(state, (_key, value: unknown) => (typeof value === 'function' ? String(value) : value));
}

function builtIn(raw: WrittenProperty, prop: EntityProperty, context: BlockContext): Head {
  const type = typeOf(raw);
  const ormType = type && Type.getOrmType(type);
  const name = ormType ?? logicalType(prop);
  const spelled = typeof raw.type === 'string' ? raw.type : undefined;
  const isArrayOf = [spelled, prop.type].find(spelling => typeof spelling === 'string' && spelling.endsWith('[]'));
  if (isArrayOf !== undefined) return head(`.type(${stringLiteral(isArrayOf)})`);
  if (!Object.hasOwn(types, name)) return head(`.type(${stringLiteral(spelled ?? name)})`);
  switch (name) {
    case 'bigint':
    case 'decimal': {
      const mode = modeOf(raw.type) ?? modeOf(prop.customType) ?? prop.runtimeType;
      const usual = name === 'bigint' ? 'bigint' : 'string';
      return head(`.${name}(${mode === usual || !modes.has(mode) ? '' : stringLiteral(String(mode))})`);
    }
    case 'datetime':
    case 'time':
      return head(`.${name}(${typeof raw.length === 'number' ? raw.length : ''})`, [], ['length']);
    case 'array':
      return head(list('.array(', conversions(raw.type, context), ')'));
    case 'json':
      return head('.json<unknown>()');
    case 'string':
    case 'text':
      return head(`.${name}()`, normalizing(raw.type));
    default:
      return head(`.${name}()`);
  }
}

const modes: ReadonlySet<unknown> = new Set(['bigint', 'number', 'string']);

function modeOf(type: unknown): unknown {
  return Type.isMappedType(type) ? Reflect.get(type, 'mode') : undefined;
}

/** How the items of an array are read and written, if somebody said so. */
function conversions(type: unknown, { imports }: BlockContext): string[] {
  if (!Type.isMappedType(type)) return [];
  const work = ['toJsValue', 'toDbValue'].map((key): unknown => Reflect.get(type, key));
  const sources = work.map(convert =>
    typeof convert === 'function' ? functionSource(convert as () => unknown, imports) : undefined,
  );
  const said = sources.map(source => {
    if (source && 'needs' in source) throw cannotFreeze({ name: 'array' }, `uses ${source.needs.join(', ')}`);
    return source && /^\(?(\w+)\)? => \1$/.test(source.source) ? undefined : source?.source;
  });
  if (said[1] !== undefined) return [said[0] ?? 'item => item', said[1]];
  return said[0] === undefined ? [] : [said[0]];
}

/** What happens to a string on its way into the database. */
function normalizing(type: unknown): string[] {
  const options: { trim?: boolean; case?: 'lower' | 'upper' } | undefined = Type.isMappedType(type)
    ? Reflect.get(type, 'options')
    : undefined;
  return [
    ...(options?.trim ? ['.trim()'] : []),
    ...(options?.case ? [options.case === 'lower' ? '.lowercase()' : '.uppercase()'] : []),
  ];
}
