import type { Reading } from '../models/metadata-reading.ts';
import { sqlText } from '../models/sql-text.ts';
import { evaluated, propertyArguments, propertyOf, type DeclaredEntity } from './declared-entities.ts';

/** A check as a version file says it. */
interface DeclaredCheck {
  /** The name it has, if the naming strategy would give it another one. */
  readonly name: string | undefined;
  /** The property it was asked for at. */
  readonly property: string | undefined;
  readonly expression: string;
}

/** The checks of an entity, those of its bases first. */
function checksOf(declared: DeclaredEntity, reading: Reading): DeclaredCheck[] {
  const { meta } = declared;
  const given: Readonly<Record<string, unknown>>[] = [
    ...declared.listed('checks'),
    // Decorators of the standard kind leave a property's own check with it.
    ...[...declared.properties].flatMap(([property, { check }]) => (check ? [{ property, expression: check }] : [])),
  ];
  return given.flatMap(check => {
    const property = typeof check['property'] === 'string' ? check['property'] : undefined;
    const expression = evaluated(check['expression'], propertyArguments(meta), reading.platform);
    if (expression === undefined || (property !== undefined && !isKept(property))) return [];
    return [{ name: nameOf(check['name'], property, expression), property, expression }];
  });

  function isKept(property: string): boolean {
    const prop = propertyOf(meta, property);
    return declared.properties.has(property) && prop !== undefined && prop.persist !== false;
  }

  /** Two entities that take a check from one base share the name that the first of them gave it. */
  function nameOf(chosen: unknown, property: string | undefined, expression: string): string | undefined {
    const text = sqlText(expression, reading.platform);
    const live = meta.checks.find(
      check =>
        check.property === property &&
        sqlText(check.expression, reading.platform) === text &&
        (chosen === undefined || check.name === chosen),
    );
    const columns = property === undefined ? [] : (propertyOf(meta, property)?.fieldNames ?? []);
    const name = live?.name ?? (typeof chosen === 'string' ? chosen : undefined);
    return name === reading.platform.getIndexName(meta.tableName, columns, 'check') ? undefined : name;
  }
}

/** The check that is written with a property: the only one it has, if it is called as a property's check is called. */
export function propertyCheck(declared: DeclaredEntity, property: string, reading: Reading): string | undefined {
  const [only, ...others] = checksOf(declared, reading).filter(check => check.property === property);
  return only?.name === undefined && others.length === 0 ? only?.expression : undefined;
}

/** The checks that are written with the entity: those of no property, and those that have a name or are not the only one. */
export function entityChecks(declared: DeclaredEntity, reading: Reading): DeclaredCheck[] {
  const checks = checksOf(declared, reading);
  return checks.filter(
    ({ name, property }) =>
      property === undefined || name !== undefined || checks.filter(other => other.property === property).length > 1,
  );
}
