import type { DecoratorKind } from '../../../modeler/decorators/decorated-entity.ts';
import { UsageError } from '../../exit-codes.ts';
import { importOptional } from '../../project/import-optional.ts';
import { findCompiler, readOptions } from '../init/compiler.ts';

/**
 * Chooses the decorators that the project's compiler understands.
 *
 * @throws {@link UsageError} if it has none
 */
export async function chooseDecorators(isScript: boolean): Promise<DecoratorKind> {
  if (isScript) {
    throw new UsageError(
      'JavaScript has no decorators, and --decorators writes them. Run it without: npx dejavu init --from-database',
    );
  }
  const compiler = findCompiler();
  const options = compiler && (await readOptions(compiler));
  const kind = options?.experimentalDecorators === true ? 'legacy' : 'es';
  const isThere = (await importOptional(`@mikro-orm/decorators/${kind}`)) !== undefined;
  if (isThere) return kind;
  const packages = kind === 'legacy' ? '@mikro-orm/decorators reflect-metadata' : '@mikro-orm/decorators';
  throw new UsageError(
    `--decorators needs @mikro-orm/decorators/${kind}, which cannot be imported: npm install ${packages}`,
  );
}
