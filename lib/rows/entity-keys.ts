import {
  BigIntType,
  CharacterType,
  raw,
  StringType,
  TextType,
  UuidType,
  type EntityMetadata,
  type EntityProperty,
} from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/sql';
import type { Dialect } from '../dialects/dialect.ts';
import type { TableName } from '../dialects/table-changes.ts';
import type { RowWriting, Sql } from '../dialects/table-editor.ts';
import { sqlName } from '../dialects/table-names.ts';
import type { Row } from '../store/connection.ts';
import { sqlLiteral } from './sql-literal.ts';

/** A key as SQL literals that have lost nothing, column by column. */
export type ExactKey = readonly string[];

/** Where the rows of an entity are read. */
interface KeySource {
  readonly em: SqlEntityManager;
  readonly meta: EntityMetadata;
  readonly table: TableName;
  readonly sql: Sql;
  readonly dialect: Pick<Dialect, 'quoteName'>;
  readonly writing: Pick<RowWriting, 'exactText' | 'exactLiteral' | 'losesDigits'>;
}

const FIRST = 'dejavu_key_';

/**
 * The key of an entity as the database has it. What an entity holds of its key may be less: a moment loses its microseconds,
 * a number its last digits.
 */
export class EntityKeys {
  readonly #source: KeySource;
  readonly #properties: readonly EntityProperty[];
  readonly #columns: readonly string[];
  readonly #isColumns: boolean;

  constructor(source: KeySource) {
    this.#source = source;
    const { meta } = source;
    this.#properties = meta.primaryKeys.flatMap(name => meta.props.find(prop => prop.name === name) ?? []);
    this.#columns = this.#properties.flatMap(prop => prop.fieldNames);
    this.#isColumns = this.#properties.every(isColumn);
  }

  /** Reads the highest key there is; `undefined` of an empty table. */
  async highest(): Promise<ExactKey | undefined> {
    const { sql, dialect, table } = this.#source;
    const order = this.#columns.map(column => `${dialect.quoteName(column)} desc`).join(', ');
    const [row] = await sql.execute(
      `select ${this.#texts().join(', ')} from ${sqlName(dialect, table)} order by ${order} limit 1`,
    );
    return row && this.#exact(row);
  }

  /** A condition for rows behind a key (`>`), or up to it (`<=`), in the order of the key, as `em.find` takes it. */
  condition(operator: '>' | '<=', key: ExactKey): object {
    const { quoteName } = this.#source.dialect;
    // MikroORM takes a question mark for a placeholder unless a backslash is before it
    const values = list(key).replaceAll('?', String.raw`\?`);
    const fragment = raw(
      alias => `${list(this.#columns.map(column => `${quoteName(alias)}.${quoteName(column)}`))} ${operator} ${values}`,
    );
    return { [fragment as never]: [] };
  }

  /** Tells whether an entity holds all of its key. */
  isHeldBy(entity: object): boolean {
    const { losesDigits } = this.#source.writing;
    const isHeld = ({ name, customType }: EntityProperty) => {
      const value: unknown = Reflect.get(entity, name);
      // A text or a bigint that the ORM made of a number that the driver had rounded
      const isRounded = losesDigits && customType instanceof BigIntType && !Number.isSafeInteger(Number(value));
      return isWhole(value) && !isRounded;
    };
    return this.#isColumns && this.#properties.every(isHeld);
  }

  /** The key of an entity that holds all of it. */
  of(entity: object): ExactKey {
    return this.#properties.map(({ name }) => sqlLiteral(this.#source.em, Reflect.get(entity, name)));
  }

  /** Reads the key of the last of some rows; `undefined` if there are fewer. */
  async nth(entity: object, where: object, n: number): Promise<ExactKey | undefined> {
    const alias = 'e';
    const orderBy = Object.fromEntries(this.#properties.map(({ name }) => [name, 'asc']));
    const query = this.#source.em
      .createQueryBuilder(entity as never, alias)
      .select(this.#texts(alias).map(text => raw(text)) as never)
      .where(where as never)
      .orderBy(orderBy as never)
      .limit(1, n - 1);
    const [row] = await query.execute<Row[]>('all', false);
    return row && this.#exact(row);
  }

  /** A condition for rows that have the keys which these entities hold. */
  heldBy(entities: readonly object[]): object {
    const names = this.#properties.map(({ name }) => name);
    return { $or: entities.map(entity => Object.fromEntries(names.map(name => [name, Reflect.get(entity, name)]))) };
  }

  #texts(alias?: string): string[] {
    const { dialect, writing } = this.#source;
    const { quoteName } = dialect;
    const of = alias === undefined ? '' : `${quoteName(alias)}.`;
    return this.#columns.map(
      (column, index) => `${writing.exactText(`${of}${quoteName(column)}`)} as ${quoteName(`${FIRST}${index}`)}`,
    );
  }

  #exact(row: Row): string[] {
    return this.#columns.map((_, index) => this.#source.writing.exactLiteral(String(row[`${FIRST}${index}`])));
  }
}

function list(all: readonly string[]): string {
  return all.length === 1 ? all.join() : `(${all.join(', ')})`;
}

const WHOLE = [BigIntType, CharacterType, StringType, TextType, UuidType];

/** Whether a property is a column whose value an entity may hold as it is. */
function isColumn({ targetMeta, fieldNames, customType }: EntityProperty): boolean {
  const isKept = !customType || WHOLE.some(type => customType instanceof type);
  return isKept && targetMeta === undefined && fieldNames.length === 1;
}

/** Whether a value is all that the database has: a number may have lost digits, a moment its microseconds. */
function isWhole(value: unknown): boolean {
  return Number.isSafeInteger(value) || typeof value === 'bigint' || typeof value === 'string';
}
