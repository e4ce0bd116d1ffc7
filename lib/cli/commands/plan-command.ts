import { dialectNamed } from '../../dialects/registry.ts';
import { strongest } from '../../dialects/table-touches.ts';
import { isSchemaError } from '../../errors.ts';
import type { PlanOptions } from '../../plan/make-plan.ts';
import type { Plan, PlannedOperation, StepPlan, TableImpact } from '../../plan/plan-data.ts';
import type { Command, Given } from '../command.ts';
import type { Target } from '../project/project-schemas.ts';
import { sayCount, sayDuration, table, type Paint } from '../wording.ts';
import { callFlags, inTurn, onlySchema } from './each-schema.ts';

/** Tells what would be done. A database that is behind is no error here: that is what a plan is for. */
export const plan: Command = {
  name: 'plan',
  summary: 'tell what upgrade would do, or downgrade to a lower version: each step is tried in an empty database',
  version: { required: false, about: 'the version to go to, up or down (default: latest)' },
  flags: ['sql', 'live', 'install', 'adopt', 'waitMs'],
  async run(given) {
    const { flags, version, paint } = given;
    if (version !== undefined || flags.adopt !== undefined) onlySchema(given);
    return inTurn(
      given,
      target => (flags.live ? planLive(given, target) : makePlan(given, target)),
      made => sayPlan(made, paint, flags.sql === true),
    );
  },
};

/** Most runs of the command make no plan, and do without what makes one. */
async function makePlan({ flags, version }: Given, { schema }: Target, more?: PlanOptions): Promise<Plan> {
  const { plan: make } = await import('../../plan/make-plan.ts');
  const { install, adopt, waitMs } = callFlags(flags);
  return make(schema, version, { install, adopt, waitMs, ...more });
}

/** Asks, and says before what it will lock, and runs it all. Nobody is asked where nothing will be run. */
async function planLive(given: Given, target: Target): Promise<Plan> {
  const beforehand = await makePlan(given, target).catch((error: unknown) => {
    // Where nothing can be tried beforehand, this is the way to see it.
    if (isSchemaError(error) && error.code === 'PERMISSION_DENIED') return undefined;
    throw error;
  });
  if (beforehand && (beforehand.outcome === 'level' || beforehand.outcome === 'ahead')) return beforehand;
  await given.ask(liveQuestion(target, beforehand));
  return given.working(working => makePlan(given, target, { ...working, live: true }));
}

function liveQuestion({ definition, database }: Target, beforehand: Plan | undefined): string {
  const what = `${definition.guid}: run it all in ${database.place}, and roll it back?`;
  if (!database.dialect.capabilities.tableLocks) return `${what} Until then nobody else can write to it.`;
  const locks = beforehand ? locksIn(beforehand) : ['every table that the steps touch, as they need it'];
  const unseen = beforehand?.steps.some(step => step.unseen) ? ', and what the steps lock that were not seen' : '';
  const held = ['the row of its version', ...locks].join(', ');
  return `${what} Until then it holds ${held}${unseen}. Sequences advance, and stay so.`;
}

function locksIn({ steps }: Plan): string[] {
  const touched = steps.flatMap(step => step.tables).filter(({ lock }) => lock !== undefined);
  return [...Map.groupBy(touched, ({ name }) => name)].map(
    ([name, tables]) => `${name} (${strongest(tables.map(({ lock }) => lock))})`,
  );
}

/** A plan as a person reads it. */
function sayPlan(made: Plan, paint: Paint, withSql: boolean): string {
  const { guid, database, outcome, from, to, adopt, live, steps } = made;
  const many = sayCount(steps.length, 'step');
  const adopted = adopt === undefined ? '' : `, adopted at version ${adopt} first`;
  const ran = live ? ', run here and rolled back' : '';
  const said = {
    install: `version ${to} would be installed in ${database}${ran}`,
    upgrade: `${many} up from version ${from} to ${to} in ${database}${adopted}${ran}`,
    downgrade: `${many} down from version ${from} to ${to} in ${database}${ran}`,
    level: `level at version ${to}${adopted}, nothing to do`,
    ahead: `ahead at version ${to}, which lets this code run: nothing to do`,
  }[outcome];
  return [`${guid}: ${said}`, ...steps.flatMap(step => ['', ...sayStep(step, made, paint, withSql)])].join('\n');
}

function sayStep(step: StepPlan, { dialect }: Plan, paint: Paint, withSql: boolean): string[] {
  const { direction, method, undo, unseen, operations, tables, loses, lossy, ms } = step;
  const facts = [
    ...(ms === undefined ? [] : [sayDuration(ms)]),
    ...(direction === 'install' ? [] : [undo === undefined ? 'cannot be undone' : `undone by ${undo}`]),
    `code from version ${step.compatible} on may run then`,
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
    ...(index === turn ? [`  ${paint('dim', 'it has read rows: what follows may depend on them')}`] : []),
    `  ${[operation.verb, operation.subject, ...remarksOn(operation, paint)].filter(part => part !== '').join('  ')}`,
    ...(withSql ? operation.sql.map(statement => `      ${paint('dim', oneLine(statement))}`) : []),
  ]);
}

const WIDEST = 100;

function remarksOn({ verb, subject, sql, dependsOnRows, destroys, took }: PlannedOperation, paint: Paint): string[] {
  // What was written by hand says best itself what it is.
  const text = subject === '' ? oneLine(sql[0] ?? '') : '';
  const short = text.length > WIDEST ? `${text.slice(0, WIDEST - 1)}…` : text;
  const depends = verb === 'em' ? 'depends on the rows' : 'sends more, depending on the rows';
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
  const head = ['table', 'rows', dialectNamed(dialect).capabilities.tableLocks ? 'lock' : '', 'what happens to it'];
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
    ...(impact.rewritten && !impact.dropped ? ['written anew'] : []),
    ...(impact.written ? ['rows written'] : []),
    ...(impact.scanned ? ['all rows read'] : []),
  ];
  return said.length > 0 ? said.join(', ') : 'changed in place';
}

function oneLine(text: string): string {
  return text.trim().replaceAll(/\s*\n\s*/g, ' ');
}
