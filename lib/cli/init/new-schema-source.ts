import { stringLiteral } from '../../source-code/literals.ts';

export interface NewSchema {
  readonly className: string;
  readonly guid: string;
  /** @defaultValue `1` */
  readonly latest?: number | undefined;
  /** @defaultValue `'mikro-orm-dejavu'` */
  readonly packageName?: string | undefined;
  /** @defaultValue `'./versions/index.ts'` */
  readonly versionsModule?: string | undefined;
  /** Whether members that a base class has are to say so: what `noImplicitOverride` in a tsconfig asks for. */
  readonly override?: boolean | undefined;
}

/** Writes the file of a new Schema with its first version. */
export function newSchemaSource({
  className,
  guid,
  latest = 1,
  packageName = 'mikro-orm-dejavu',
  versionsModule = './versions/index.ts',
  override = false,
}: NewSchema): string {
  return `import { Schema } from ${stringLiteral(packageName)};
import { versions } from ${stringLiteral(versionsModule)};

export class ${className} extends Schema {
  readonly guid = ${stringLiteral(guid)};
  readonly latest = ${latest};
  ${override ? 'override ' : ''}readonly versions = versions;
}
`;
}
