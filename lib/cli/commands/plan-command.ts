import { strongest } from '../../dialects/table-touches.ts';
import { isSchemaError } from '../../errors.ts';
import type { PlanOptions } from '../../plan/make-plan.ts';
import type { Plan } from '../../plan/plan-data.ts';
import type { Command, Given } from '../command.ts';
import type { Target } from '../project/project-schemas.ts';
import { checkTogether, describeOrder, isTogether } from './bring-up-all.ts';
import { callFlags, inTurn, onlySchema, withEach } from './each-schema.ts';
import { sayPlan } from './say-plan.ts';

/** Shows the work of an upgrade or downgrade. A database that is behind is no error: a plan is made for it. */
export const plan: Command = {
  name: 'plan',
  summary: 'show what upgrade would do, or downgrade to a lower version; tries each step in an empty database',
  version: { required: false, about: 'the version to go to, up or down (default: latest)' },
  flags: ['sql', 'live', 'install', 'adopt', 'waitMs'],
  async run(given) {
    const { flags, version, paint } = given;
    if (version !== undefined || flags.adopt !== undefined) onlySchema(given);
    const say = (made: Plan) => sayPlan(made, paint, flags.sql === true);
    // Where a person is asked, the first no ends it.
    const planned = flags.live
      ? await inTurn(given, target => planLive(given, target), say)
      : await withEach(given, target => makePlan(given, target), say);
    if (!isTogether(given)) return planned;
    checkTogether(given);
    const order = await describeOrder(given);
    if (order.length < 2) return planned;
    const lines = order.map(line => `  ${line}\n`).join('');
    return { ...planned, more: { order }, text: `${planned.text}\n${paint('bold', 'order')}\n${lines}` };
  },
};

/** Loads the planner only when it is needed. */
async function makePlan({ flags, version }: Given, { schema }: Target, more?: PlanOptions): Promise<Plan> {
  const { plan: make } = await import('../../plan/make-plan.ts');
  const { install, adopt, waitMs } = callFlags(flags);
  return make(schema, version, { install, adopt, waitMs, ...more });
}

/** Asks first, naming the locks, then runs the steps and rolls back. Asks nothing if there is nothing to run. */
async function planLive(given: Given, target: Target): Promise<Plan> {
  const beforehand = await makePlan(given, target).catch((error: unknown) => {
    // A role that cannot try the steps in another place can still use --live.
    if (isSchemaError(error) && error.code === 'PERMISSION_DENIED') return undefined;
    throw error;
  });
  if (beforehand && (beforehand.outcome === 'level' || beforehand.outcome === 'ahead')) return beforehand;
  await given.ask(liveQuestion(target, beforehand));
  return given.working(working => makePlan(given, target, { ...working, live: true }));
}

function liveQuestion({ definition, database }: Target, beforehand: Plan | undefined): string {
  const what = `${definition.guid}: run all steps in ${database.place}, and roll back?`;
  if (!database.dialect.capabilities.tableLocks) return `${what} No other process can write to it meanwhile.`;
  const locks = beforehand ? locksIn(beforehand) : ['every table that the steps change'];
  const unseen = beforehand?.steps.some(step => step.unseen) ? ', and tables of the steps that could not be tried' : '';
  const held = ['the version row', ...locks].join(', ');
  return `${what} Meanwhile it locks ${held}${unseen}. Sequences that advance stay advanced.`;
}

function locksIn({ steps }: Plan): string[] {
  const touched = steps.flatMap(step => step.tables).filter(({ lock }) => lock !== undefined);
  return [...Map.groupBy(touched, ({ name }) => name)].map(
    ([name, tables]) => `${name} (${strongest(tables.map(({ lock }) => lock))})`,
  );
}
