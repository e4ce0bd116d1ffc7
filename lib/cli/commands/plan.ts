import { isSchemaError } from '../../errors.ts';
import type { Plan } from '../../plan/plan-data.ts';
import { strongest } from '../../dialects/table-touches.ts';
import type { PlanOptions } from '../../plan/make-plan.ts';
import type { Command, Given, Target } from '../command.ts';
import { assertOne, inTurn } from '../in-turn.ts';
import { sayPlan } from '../say-plan.ts';

/** Tells what would be done. A database that is behind is no error here: that is what a plan is for. */
export const plan: Command = {
  name: 'plan',
  summary: 'tell what upgrade would do, or downgrade to a lower version: each step is tried in an empty database',
  version: { required: false, about: 'the version to go to, up or down (default: latest)' },
  flags: ['sql', 'live', 'install', 'adopt', 'waitMs'],
  async run(given) {
    const { flags, version, paint } = given;
    if (version !== undefined || flags.adopt !== undefined) assertOne(given);
    const say = (made: Plan) => sayPlan(made, { paint, sql: flags.sql === true });
    return inTurn(given, target => (flags.live ? live(given, target) : look(given, target)), say);
  },
};

async function look({ flags, version }: Given, target: Target): Promise<Plan> {
  const { install, adopt, waitMs } = flags;
  return makePlan(target, version, { install, adopt, waitMs });
}

/** Most runs of the command make no plan, and do without what makes one. */
async function makePlan({ schema }: Target, version: number | undefined, options: PlanOptions): Promise<Plan> {
  const { plan: make } = await import('../../plan/make-plan.ts');
  return make(schema, version, options);
}

/** Asks, and says before what it will lock, and runs it all. Nobody is asked where nothing will be run. */
async function live(given: Given, target: Target): Promise<Plan> {
  const { flags, version, ask } = given;
  const { install, adopt, waitMs } = flags;
  const beforehand = await look(given, target).catch((error: unknown) => {
    // where nothing can be tried beforehand, this is the way to see it
    if (isSchemaError(error) && error.code === 'PERMISSION_DENIED') return undefined;
    throw error;
  });
  if (beforehand && (beforehand.outcome === 'level' || beforehand.outcome === 'ahead')) return beforehand;
  await ask(questionFor(target, beforehand));
  return given.working(working => makePlan(target, version, { ...working, install, adopt, waitMs, live: true }));
}

function questionFor({ definition, database }: Target, beforehand: Plan | undefined): string {
  const what = `${definition.guid}: run it all in ${database.place}, and roll it back?`;
  if (!database.dialect.capabilities.tableLocks) return `${what} Until then nobody else can write to it.`;
  const locks = beforehand ? locksIn(beforehand) : ['every table that the steps touch, as they need it'];
  const unseen = beforehand?.steps.some(step => step.unseen) ? ', and what the steps lock that were not seen' : '';
  const held = ['the row of its version', ...locks].join(', ');
  return `${what} Until then it holds ${held}${unseen}. Sequences advance, and stay so.`;
}

function locksIn({ steps }: Plan): string[] {
  const tables = steps.flatMap(step => step.tables).filter(({ lock }) => lock !== undefined);
  const names = [...new Set(tables.map(({ name }) => name))];
  return names.map(
    name => `${name} (${strongest(tables.filter(table => table.name === name).map(({ lock }) => lock))})`,
  );
}
