import { readiness, type Readiness } from '../framework/readiness.ts';
import type { Schema } from '../schema.ts';

/** The result of an indicator, as `@nestjs/terminus` expects it. */
export type HealthResult = Record<
  string,
  { readonly status: 'up' | 'down' } & Pick<Readiness, 'reasons'> & {
      /** By guid: the standing, the version of the database, and the version of the code. */
      readonly schemas: Readonly<
        Record<string, { readonly standing: string; readonly deployed: number | undefined; readonly latest: number }>
      >;
    }
>;

/** Tells `@nestjs/terminus` whether this code may run on the databases as they are. Sends one statement for each Schema. */
export class DejavuHealthIndicator {
  readonly #schemas: readonly Schema[];

  constructor(schemas: readonly Schema[]) {
    this.#schemas = schemas;
  }

  /** Checks the Schemas of all `DejavuModule`s of the application: `health.check([() => dejavu.isHealthy()])`. */
  async isHealthy(key = 'schema'): Promise<HealthResult> {
    const { ready, reasons, schemas } = await readiness(this.#schemas);
    return {
      [key]: {
        status: ready ? 'up' : 'down',
        reasons,
        schemas: Object.fromEntries(
          schemas.map(({ guid, standing, deployed, latest }) => [guid, { standing, deployed, latest }]),
        ),
      },
    };
  }
}
