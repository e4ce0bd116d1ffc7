import { setTimeout as pause } from 'node:timers/promises';
import { defineEntity, p, type EntitySchema } from '@mikro-orm/core';
import Database from 'better-sqlite3';
import { Schema, type Step } from '../../../lib/index.ts';
import { openOrm } from '../databases.ts';
import { given, say } from '../worker.ts';

// A process in which nothing handles rejections: steps forget to await what they begin.
const { address } = given<{ address: string }>();

type Animals = EntitySchema<{ id: number; name: string }>;
type Body = (step: Step, Animal: Animals) => unknown;

async function upgrade(latest: number, body: Body = () => undefined): Promise<string> {
  const Animal = defineEntity({ name: 'Animal', properties: { id: p.integer().primary(), name: p.string() } });
  const orm = await openOrm(address, [Animal]);
  class Zoo extends Schema {
    readonly guid = 'zoo';
    readonly latest = latest;
  }
  const method = (step: Step) => body(step, Animal);
  for (let version = 2; version <= latest; version += 1) {
    Object.defineProperty(Zoo.prototype, `upgradeTo_${version}`, { value: method, configurable: true });
  }
  const told = await new Zoo(orm).upgrade().then(
    report => report.outcome,
    (error: Error) => error.message,
  );
  await orm.close();
  return told;
}

await upgrade(1);
const database = new Database(address);
database.exec(`insert into animal (id, name) values (1, 'Leo'), (2, 'Elsa')`);

const forgetful: Readonly<Record<string, Body>> = {
  'each() whose work fails': (step, Animal) =>
    void step.each(Animal, async () => {
      await pause(1);
      throw new Error('the keeper is ill');
    }),
  'an operation that is refused': (step, Animal) => void step.addIndex(Animal, 'nowhere'),
  'a helper of its own': step =>
    void (async () => {
      await step.execute('select 1 as one');
      throw new Error('the helper is ill');
    })(),
  'an EntityManager whose statement fails': step => void step.em.execute('select * from nowhere'),
  'what fails while the step awaits another': async step => {
    void Promise.reject(new Error('the keeper is late'));
    await pause(1);
    await step.execute('select 1 as one');
  },
  'what fails as the step returns': () => void Promise.reject(new Error('the keeper is gone')),
  'work after a failure': (step, Animal) => {
    void step.each(Animal, { batch: 1 }, () => pause(5));
    throw new Error('the step is ill');
  },
};

for (const [what, body] of Object.entries(forgetful)) say('told', { what, message: await upgrade(2, body) });
await pause(50);

let onSent: () => void = () => undefined;
const sent = new Promise<void>(resolve => (onSent = resolve));
const outcome = await upgrade(2, step => {
  const later = async () => {
    await pause(20);
    await step.execute(`update animal set name = 'late'`).finally(onSent);
  };
  void later();
});
await sent;
await pause(5);
say('late', { outcome, rows: database.prepare('select name from animal order by id').all() });

// What the application itself does not handle ends the process as ever.
process.on('exit', () => say('ending'));
let fail: () => void = () => undefined;
const failing = new Promise<void>(resolve => (fail = resolve));
void failing.then(() => {
  throw new Error('the application is ill');
});
await upgrade(3, async () => {
  fail();
  await pause(1000);
  say('survived');
});
