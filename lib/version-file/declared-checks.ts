import { ReferenceKind } from '@mikro-orm/core';
import type { Reading } from '../models/metadata-reading.ts';
import { sqlText } from '../models/sql-text.ts';
import { evaluated, propertyArguments, propertyOf, type DeclaredEntity } from './declared-entities.ts';

/** A check in a version file. */
interface DeclaredCheck {
  /** Its name, if the naming strategy would give another one. */
  readonly name: string | undefined;
  /** The property that declares it. */
  readonly property: string | undefined;
  readonly expression: string;
}

/** Lists the checks of an entity, those of its bases first. */
function checksOf(declared: DeclaredEntity, reading: Reading): DeclaredCheck[] {
  const { meta } = declared;
  return declared.listed('checks').flatMap((check): DeclaredCheck[] => {
    const property = typeof check['property'] === 'string' ? check['property'] : undefined;
    const expression = evaluated(check['expression'], propertyArguments(meta), reading.platform);
    if (expression === undefined) return [];
    const name = nameOf(check['name'], property, expression);
    if (property === undefined) return [{ name, property, expression }];
    const prop = propertyOf(meta, property);
    const isOwn = declared.properties.has(property);
    // In its own table, a child has the inherited key and no other inherited column.
    const isKept = prop && (isOwn || (meta.tptParent && prop.primary === true));
    if (!isKept || (prop.persist === false && meta.tptParent)) return [];
    // A property without a column is left out, but its check stays.
    if (prop.persist === false) return [{ name: name ?? usualName(property), property: undefined, expression }];
    // An embedded or inherited property cannot declare a check.
    const isAsked = isOwn && prop.kind !== ReferenceKind.EMBEDDED;
    return [{ name: isAsked ? name : (name ?? usualName(property)), property, expression }];
  });

  function usualName(property: string | undefined): string {
    const columns = property === undefined ? [] : (propertyOf(meta, property)?.fieldNames ?? []);
    return reading.platform.getIndexName(meta.tableName, columns, 'check');
  }

  /** Two entities with a check from the same base use the name that the first of them gave it. */
  function nameOf(chosen: unknown, property: string | undefined, expression: string): string | undefined {
    const text = sqlText(expression, reading.platform);
    const live = meta.checks.find(
      check =>
        check.property === property &&
        sqlText(check.expression, reading.platform) === text &&
        (chosen === undefined || check.name === chosen),
    );
    const name = live?.name ?? (typeof chosen === 'string' ? chosen : undefined);
    return name === usualName(property) ? undefined : name;
  }
}

/** Returns the check to write with a property: its only one, if it has the default name. */
export function propertyCheck(declared: DeclaredEntity, property: string, reading: Reading): string | undefined {
  const [only, ...others] = checksOf(declared, reading).filter(check => check.property === property);
  return only?.name === undefined && others.length === 0 ? only?.expression : undefined;
}

/** Lists the checks to write with the entity: those without a property, with a name, or not the only one of a property. */
export function entityChecks(declared: DeclaredEntity, reading: Reading): DeclaredCheck[] {
  const checks = checksOf(declared, reading);
  return checks.filter(
    ({ name, property }) =>
      property === undefined || name !== undefined || checks.filter(other => other.property === property).length > 1,
  );
}
