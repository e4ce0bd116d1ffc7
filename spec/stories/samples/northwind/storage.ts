import { p, UnderscoreNamingStrategy, type EntityName } from '@mikro-orm/core';

/** A key that the application makes. */
export function key(column: string) {
  return p.smallint().primary().autoincrement(false).fieldName(column);
}

/** A text of limited length. */
export function varchar(length: number) {
  return p.string().length(length);
}

/** A relation as this database has them: no index, and nothing happens by itself. */
export function ofMany<T extends object>(target: EntityName<T>, column: string) {
  return p.manyToOne(target).joinColumn(column).index(false).updateRule('no action').deleteRule('no action');
}

/** What the columns of its foreign keys refer to: the keys are called after the table. */
const targets: Readonly<Record<string, string>> = {
  category_id: 'categories',
  customer_id: 'customers',
  customer_type_id: 'customer_demographics',
  employee_id: 'employees',
  order_id: 'orders',
  product_id: 'products',
  region_id: 'region',
  reports_to: 'employees',
  ship_via: 'shippers',
  shipper_id: 'shippers',
  supplier_id: 'suppliers',
  territory_id: 'territories',
};

/** `pk_orders`, `fk_orders_customers`. */
export class NorthwindNaming extends UnderscoreNamingStrategy {
  override indexName(
    table: string,
    columns: string[],
    type: 'primary' | 'foreign' | 'unique' | 'index' | 'sequence' | 'check' | 'default',
  ): string {
    const target = columns.length === 1 && type === 'foreign' ? targets[columns[0] as string] : undefined;
    if (target) return `fk_${table}_${target}`;
    return type === 'primary'
      ? `pk_${table === 'us_states' ? 'usstates' : table}`
      : super.indexName(table, columns, type);
  }
}

export { NorthwindNaming as namingStrategy };
