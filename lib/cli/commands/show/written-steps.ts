import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { findClass, stepMembers } from '../../../class-source/read-schema-class.ts';
import { endOf, parseSource, startOf } from '../../../class-source/syntax.ts';
import type { MadeSchema } from '../../project/project-schemas.ts';
import { findDefinition } from '../../project/schema-files.ts';

/**
 * Reads how the steps up are written in the file of the class, by the version they lead to. None, where the application has no
 * sources: then what runs is shown.
 */
export function writtenSteps({ schema, location }: MadeSchema): ReadonlyMap<number, string> {
  const className = schema.constructor.name;
  try {
    const path = findDefinition(resolve(location.path), className);
    const source = parseSource(readFileSync(path, 'utf8'), path);
    const { node } = findClass(source, { className });
    return new Map(
      stepMembers(node)
        .filter(({ isUp }) => isUp)
        .map(({ member, version }) => [version, source.text.slice(startOf(member), endOf(member))]),
    );
  } catch {
    return new Map();
  }
}
