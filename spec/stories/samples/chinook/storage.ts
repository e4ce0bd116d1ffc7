import { p, UnderscoreNamingStrategy } from '@mikro-orm/core';

/** Which of the two Chinook databases this is: they are called the same and spelled differently. */
const isSqlite = !process.env['CHINOOK']?.startsWith('postgres');

/** A text of limited length, as its column was declared. */
export function varchar(length: number) {
  const text = p.string().length(length);
  return isSqlite ? text.columnType(`nvarchar(${length})`) : text;
}

/** A moment without a zone. */
export function moment() {
  return isSqlite ? p.datetime() : p.datetime().columnType('timestamp');
}

/** SQL with its names in snake case between backticks. */
export function spelled(sql: string): string {
  return sql.replaceAll(/`(\w+)`/g, (_, name: string) => `"${isSqlite ? name.split('_').map(pascal).join('') : name}"`);
}

/** `album_artist_id_fkey`, and the columns of relations after the relation instead of what it refers to. */
class PostgresNaming extends UnderscoreNamingStrategy {
  override joinKeyColumnName(name: string): string {
    const column = snake(name);
    return column.endsWith('_to') ? column : `${column}_id`;
  }

  override indexName(
    table: string,
    columns: string[],
    type: 'primary' | 'foreign' | 'unique' | 'index' | 'sequence' | 'check' | 'default',
  ): string {
    const endings = { foreign: 'fkey', unique: 'key', index: 'idx' } as Readonly<Record<string, string>>;
    const ending = endings[type];
    return ending ? [table, ...columns, ending].join('_') : super.indexName(table, columns, type);
  }
}

/** `Album.ArtistId` and `IFK_AlbumArtistId`. */
class SqliteNaming extends PostgresNaming {
  override classToTableName(entity: string, table?: string): string {
    return table ?? pascal(entity);
  }

  override propertyToColumnName(property: string): string {
    return pascal(property);
  }

  override joinKeyColumnName(name: string): string {
    return name.endsWith('To') ? pascal(name) : `${pascal(name)}Id`;
  }

  override joinTableName(source: string, _target: string, property: string): string {
    return `${pascal(source)}${pascal(property)}`;
  }

  override indexName(table: string, columns: string[], type: Parameters<PostgresNaming['indexName']>[2]): string {
    const beginnings = { foreign: 'FK', unique: 'UK', index: 'IFK', primary: 'PK', check: 'CK' } as Readonly<
      Record<string, string>
    >;
    return `${beginnings[type] ?? type}_${table}${columns.join('')}`;
  }
}

export const namingStrategy = isSqlite ? SqliteNaming : PostgresNaming;

function snake(name: string): string {
  return name.replaceAll(/(?<=[a-z])[A-Z]/g, letter => `_${letter}`).toLowerCase();
}

function pascal(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
