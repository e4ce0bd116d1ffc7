import { dialectNamed } from '../../dialects/registry.ts';
import { strongest } from '../../dialects/table-touches.ts';
import { isSchemaError } from '../../errors.ts';
import type { PlanOptions } from '../../plan/make-plan.ts';
import type { Plan, PlannedOperation, StepPlan, TableImpact } from '../../plan/plan-data.ts';
import type { Command, Given } from '../command.ts';
import type { Target } from '../project/project-schemas.ts';
import { sayCount, sayDuration, table, type Paint } from '../tables-and-colours.ts';
import { checkTogether, describeOrder, isTogether } from './bring-up-all.ts';
import { callFlags, inTurn, onlySchema, withEach } from './each-schema.ts';

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

/** Shows a plan to a person. */
function sayPlan(made: Plan, paint: Paint, withSql: boolean): string {
  const { guid, database, outcome, from, to, adopt, live, steps } = made;
  const many = sayCount(steps.length, 'step');
  const adopted = adopt === undefined ? '' : `, adopted at version ${adopt} first`;
  const ran = live ? ', run and rolled back' : '';
  const said = {
    install: `version ${to} would be installed in ${database}${ran}`,
    upgrade: `${many} up from version ${from} to ${to} in ${database}${adopted}${ran}`,
    downgrade: `${many} down from version ${from} to ${to} in ${database}${ran}`,
    level: `level at version ${to}${adopted}, nothing to do`,
    ahead: `ahead at version ${to}, which this code may use: nothing to do`,
  }[outcome];
  return [`${guid}: ${said}`, ...steps.flatMap(step => ['', ...sayStep(step, made, paint, withSql)])].join('\n');
}

function sayStep(step: StepPlan, { dialect }: Plan, paint: Paint, withSql: boolean): string[] {
  const { direction, method, undo, unseen, operations, tables, loses, lossy, ms } = step;
  const facts = [
    ...(ms === undefined ? [] : [sayDuration(ms)]),
    ...(direction === 'install' ? [] : [undo === undefined ? 'cannot be undone' : `undone by ${undo}`]),
    `then code from version ${step.compatible} on may run`,
  ];
  const loser = direction === 'downgrade' ? 'it' : (undo ?? 'the way back');
  return [
    `${paint('bold', method)}  ${paint('dim', facts.join('; '))}`,
    ...sayOperations(operations, paint, withSql),
    ...(unseen ? [`  ${paint('yellow', unseen.reason)}`] : []),
    ...(direction === 'upgrade' && loses !== undefined ? [`  ${paint('yellow', `it ${loses}`)}`] : []),
    ...(lossy === undefined ? [] : [`  ${paint('yellow', `${loser} ${lossy}`)}`]),
    ...(tables.length > 0 ? ['', ...sayTables(tables, dialect, paint)] : []),
  ];
}

function sayOperations(operations: readonly PlannedOperation[], paint: Paint, withSql: boolean): string[] {
  const turn = operations.findIndex(({ afterRows }) => afterRows);
  return operations.flatMap((operation, index) => [
    ...(index === turn ? [`  ${paint('dim', 'the step has read rows: the operations below may depend on them')}`] : []),
    `  ${[operation.verb, operation.subject, ...remarksOn(operation, paint)].filter(part => part !== '').join('  ')}`,
    ...(withSql ? operation.sql.map(statement => `      ${paint('dim', oneLine(statement))}`) : []),
  ]);
}

const WIDEST = 100;

function remarksOn({ verb, subject, sql, dependsOnRows, destroys, took }: PlannedOperation, paint: Paint): string[] {
  // A handwritten statement is its own description.
  const text = subject === '' ? oneLine(sql[0] ?? '') : '';
  const short = text.length > WIDEST ? `${text.slice(0, WIDEST - 1)}…` : text;
  const depends = verb === 'em' ? 'depends on the rows' : 'sends more statements, depending on the rows';
  const destroyed = subject === '' ? 'destroys' : `destroys ${destroys.join(', ')}`;
  const rows = took && `${took.rows.toLocaleString('en')} ${took.rows === 1 ? 'row' : 'rows'} changed`;
  return [
    short,
    ...(dependsOnRows ? [paint('yellow', depends)] : []),
    ...(destroys.length > 0 ? [paint('red', destroyed)] : []),
    ...(took ? [paint('dim', `${sayDuration(took.ms)}, ${rows}`)] : []),
  ];
}

function sayTables(tables: readonly TableImpact[], dialect: Plan['dialect'], paint: Paint): string[] {
  const head = ['table', 'rows', dialectNamed(dialect).capabilities.tableLocks ? 'lock' : '', 'change'];
  const rows = tables.map(({ name, rows: here, lock, ...impact }) => [
    name,
    here === undefined ? '?' : `${here.exact ? '' : '~'}${here.count.toLocaleString('en')}`,
    lock ?? '',
    sayImpact(impact),
  ]);
  const heads = head.map(name => paint('dim', name));
  return table(heads, rows)
    .split('\n')
    .map(line => `  ${line}`);
}

function sayImpact(impact: Pick<TableImpact, 'rewritten' | 'scanned' | 'written' | 'dropped'>): string {
  const said = [
    ...(impact.dropped ? ['dropped'] : []),
    ...(impact.rewritten && !impact.dropped ? ['rewritten'] : []),
    ...(impact.written ? ['rows written'] : []),
    ...(impact.scanned ? ['all rows read'] : []),
  ];
  return said.length > 0 ? said.join(', ') : 'changed in place';
}

function oneLine(text: string): string {
  return text.trim().replaceAll(/\s*\n\s*/g, ' ');
}
