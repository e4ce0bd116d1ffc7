import type { Schema } from '../../schema.ts';

type StepBody = (step: unknown) => unknown;

/** Wraps the method of a step, for one instance of a Schema. */
export function replaceStep(
  schema: Schema,
  method: string,
  around: (run: () => Promise<unknown>) => Promise<unknown>,
): Schema {
  const original = Reflect.get(schema, method) as StepBody;
  Object.defineProperty(schema, method, {
    configurable: true,
    value: (step: unknown) => around(async () => original.call(schema, step)),
  });
  return schema;
}
