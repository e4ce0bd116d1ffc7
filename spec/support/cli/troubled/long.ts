import { setTimeout as sleep } from 'node:timers/promises';
import { Schema, type Step } from '../../../../lib/index.ts';

/** What the database is at before it. */
export class ShortSchema extends Schema {
  readonly guid = 'zoo';
  readonly latest: number = 1;
}

/** One quick step, and one that goes on until it is stopped. */
export class LongSchema extends ShortSchema {
  override readonly latest = 3;

  async upgradeTo_2(step: Step) {
    await step.execute('create table early (id integer)');
  }

  async upgradeTo_3(step: Step) {
    await step.execute('create table late (id integer)');
    for (let done = 1; ; done += 1) {
      step.progress(done, 1_000_000);
      await step.execute('select 1');
      await sleep(5);
    }
  }
}

/** A step that hears nothing. */
export class DeafSchema extends LongSchema {
  override async upgradeTo_3(step: Step) {
    await step.execute('create table late (id integer)');
    step.progress(1);
    await new Promise(() => void setInterval(() => {}, 1000));
  }
}
