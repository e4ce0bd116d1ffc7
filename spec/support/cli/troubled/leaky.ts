import { Schema, type Step } from '../../../../lib/index.ts';

/** What the database is at before it. */
export class TightSchema extends Schema {
  readonly guid = 'zoo';
  readonly latest: number = 1;
}

/** The driver's own error echoes the connection string, and the password by itself. */
export class LeakySchema extends TightSchema {
  override readonly latest = 2;

  async upgradeTo_2(step: Step) {
    const url = process.env['ZOO_DATABASE'] ?? '';
    const { password } = new URL(url);
    await step.execute(
      `do $$ begin raise exception using message = 'cannot reach ${url} as someone with the password ${decodeURIComponent(password)} (${password})'; end $$`,
    );
  }
}

/** Something behind the step's back fails, which nobody waits for. */
export class CarelessSchema extends LeakySchema {
  override async upgradeTo_2() {
    void Promise.reject(new Error(`no answer from ${process.env['ZOO_DATABASE']}`));
    await new Promise(() => void setInterval(() => {}, 1000));
  }
}
