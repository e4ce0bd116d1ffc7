import { transformSync } from '@swc/core';

/** Tells whether a file has classes with decorators of MikroORM. */
export function hasDecorators(text: string): boolean {
  return text.includes('@mikro-orm/decorators/');
}

/** Compiles a file as TypeScript does: decorators of the older kind with the types of properties. */
export function compiled(text: string): string {
  const isLegacy = text.includes('@mikro-orm/decorators/legacy');
  const { code } = transformSync(text, {
    swcrc: false,
    jsc: {
      parser: { syntax: 'typescript', decorators: true },
      transform: isLegacy
        ? { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: true }
        : { decoratorVersion: '2022-03' },
      target: 'es2022',
    },
    module: { type: 'es6' },
  });
  return code;
}
