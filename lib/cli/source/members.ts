import { unwrap } from './nodes.ts';
import type { ClassNode, Expression, Member, ObjectExpression, ObjectProperty } from './syntax.ts';

const stepName = /^(upgrade|downgrade)To_(0|[1-9]\d*)$/;

/** The methods and properties of a class that its instances have, with their names. */
export function namedMembers({ body }: ClassNode): { readonly member: Member; readonly name: string }[] {
  return body.body.flatMap(member => {
    const name = nameOf(member);
    return name === undefined || ('static' in member && member.static) ? [] : [{ member, name }];
  });
}

export function memberNamed(node: ClassNode, name: string): Member | undefined {
  return namedMembers(node).findLast(one => one.name === name)?.member;
}

/** The steps of a class, as they stand there. */
export function stepMembers(node: ClassNode) {
  return namedMembers(node).flatMap(({ member, name }) => {
    const [, direction, version] = stepName.exec(name) ?? [];
    return direction === undefined ? [] : [{ member, isUp: direction === 'upgrade', version: Number(version) }];
  });
}

/** What a property is set to, or what a getter returns at once. */
export function valueOf(member: Member | undefined): Expression | undefined {
  switch (member?.type) {
    case 'ClassProperty':
    case 'ClassAccessorProperty':
      return member.value ? unwrap(member.value) : undefined;
    case 'ClassMethod': {
      const [only, ...more] = member.body.body;
      if (member.kind !== 'get' || only?.type !== 'ReturnStatement' || more.length > 0) return undefined;
      return only.argument ? unwrap(only.argument) : undefined;
    }
    default:
      return undefined;
  }
}

/** An entry of an object by version. */
export interface VersionEntry {
  readonly node: ObjectProperty;
  readonly version: number;
}

/** The entries of an object by version, as they stand there. */
export function entriesOf({ properties }: ObjectExpression): VersionEntry[] {
  return properties.flatMap(node => {
    if (node.type !== 'ObjectProperty' || node.computed) return [];
    const { key } = node;
    const version =
      key.type === 'NumericLiteral' ? key.value : key.type === 'StringLiteral' ? Number(key.value) : undefined;
    return version === undefined ? [] : [{ node, version }];
  });
}

function nameOf(member: Member): string | undefined {
  if (!('key' in member) || ('computed' in member && member.computed)) return undefined;
  const { key } = member;
  if (key.type === 'Identifier') return key.name;
  return key.type === 'StringLiteral' ? key.value : undefined;
}
