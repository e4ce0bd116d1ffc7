import { EntitySchema } from '@mikro-orm/core';

/** Names what an operation was asked to do, from what it was given: `Animal.legs`, `Exhibit to Enclosure`. Pure. */
export function subjectOf(verb: string, given: readonly unknown[]): string {
  if (verb === 'execute') return '';
  if (verb === 'of') return otherSchema(given);
  const named: { entity: string; of: string }[] = [];
  for (const one of given) {
    const entity = entityName(one);
    const last = named.at(-1);
    if (entity !== undefined) named.push({ entity, of: '' });
    else if (last?.of === '' && (typeof one === 'string' || Array.isArray(one))) last.of = detail(one);
    else break;
  }
  const texts = named.map(({ entity, of }) => `${entity}${of}`);
  if (verb.startsWith('rename')) return texts.join(' to ');
  // The entity as it was is given only to be compared with
  const told = texts.filter((text, index) => !texts.slice(index + 1).some(later => later.startsWith(text)));
  return told.join(', ');
}

/** The guid of another Schema, and the version of it that is read. */
function otherSchema([guid, version]: readonly unknown[]): string {
  return typeof version === 'number' ? `${String(guid)} at version ${version}` : String(guid);
}

function detail(name: string | readonly unknown[]): string {
  return typeof name === 'string' ? `.${name}` : ` (${name.join(', ')})`;
}

function entityName(value: unknown): string | undefined {
  if (EntitySchema.is(value)) return value.meta.className;
  return typeof value === 'function' && value.prototype ? value.name : undefined;
}
