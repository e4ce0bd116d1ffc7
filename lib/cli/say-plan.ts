import { dialectNamed } from '../dialects/registry.ts';
import type { RowCount } from '../dialects/table-touches.ts';
import type { Plan, PlannedOperation, StepPlan, TableImpact } from '../plan/plan-data.ts';
import type { Paint } from './colours.ts';
import { sayDuration } from './durations.ts';
import { table } from './table.ts';

interface How {
  readonly paint: Paint;
  /** Whether the statements are shown. */
  readonly sql: boolean;
}

/** A plan as a person reads it. */
export function sayPlan(plan: Plan, how: How): string {
  const { steps } = plan;
  return [headOf(plan), ...steps.flatMap(step => ['', ...sayStep(step, plan, how)])].join('\n');
}

function headOf({ guid, database, outcome, from, to, adopt, live, steps }: Plan): string {
  const many = `${steps.length} ${steps.length === 1 ? 'step' : 'steps'}`;
  const adopted = adopt === undefined ? '' : `, adopted at version ${adopt} first`;
  const ran = live ? ', run here and rolled back' : '';
  const said = {
    install: `version ${to} would be installed in ${database}${ran}`,
    upgrade: `${many} up from version ${from} to ${to} in ${database}${adopted}${ran}`,
    downgrade: `${many} down from version ${from} to ${to} in ${database}${ran}`,
    level: `level at version ${to}${adopted}, nothing to do`,
    ahead: `ahead at version ${to}, which lets this code run: nothing to do`,
  }[outcome];
  return `${guid}: ${said}`;
}

function sayStep(step: StepPlan, plan: Plan, how: How): string[] {
  const { method, unseen, operations, tables, lossy, ms } = step;
  const { paint } = how;
  const facts = [sayUndo(step), `code from version ${step.compatible} on may run then`];
  const told = [...(ms === undefined ? [] : [sayDuration(ms)]), ...facts.filter(fact => fact !== '')];
  return [
    `${paint('bold', method)}  ${paint('dim', told.join('; '))}`,
    ...sayOperations(operations, how),
    ...(unseen ? [`  ${paint('yellow', unseen.reason)}`] : []),
    ...(lossy === undefined ? [] : [`  ${paint('yellow', `${lossOf(step)} ${lossy}`)}`]),
    ...(tables.length > 0 ? ['', sayTables(tables, plan, paint)] : []),
  ];
}

function sayUndo({ direction, undo }: StepPlan): string {
  if (direction === 'install') return '';
  return undo === undefined ? 'cannot be undone' : `undone by ${undo}`;
}

function lossOf({ direction, undo }: StepPlan): string {
  return direction === 'downgrade' ? 'it' : (undo ?? 'the way back');
}

function sayOperations(operations: readonly PlannedOperation[], { paint, sql }: How): string[] {
  const turn = operations.findIndex(({ afterRows }) => afterRows);
  return operations.flatMap((operation, index) => [
    ...(index === turn ? [`  ${paint('dim', 'it has read rows: what follows may depend on them')}`] : []),
    `  ${[operation.verb, operation.subject, ...remarksOn(operation, paint)].filter(part => part !== '').join('  ')}`,
    ...(sql ? operation.sql.map(statement => `      ${paint('dim', oneLine(statement))}`) : []),
  ]);
}

function remarksOn({ verb, subject, sql, dependsOnRows, destroys, took }: PlannedOperation, paint: Paint): string[] {
  // what was written by hand says best itself what it is
  const text = subject === '' && sql.length > 0 ? [shorten(oneLine(sql[0] as string))] : [];
  return [
    ...text,
    ...(dependsOnRows
      ? [paint('yellow', verb === 'em' ? 'depends on the rows' : 'sends more, depending on the rows')]
      : []),
    ...(destroys.length > 0 && subject !== '' ? [paint('red', `destroys ${destroys.join(', ')}`)] : []),
    ...(destroys.length > 0 && subject === '' ? [paint('red', 'destroys')] : []),
    ...(took ? [paint('dim', `${sayDuration(took.ms)}, ${count(took.rows, 'row changed', 'rows changed')}`)] : []),
  ];
}

function sayTables(tables: readonly TableImpact[], { dialect }: Plan, paint: Paint): string {
  const head = ['table', 'rows', dialectNamed(dialect).capabilities.tableLocks ? 'lock' : '', 'what happens to it'];
  const rows = tables.map(({ name, rows: here, lock, ...impact }) => [
    name,
    sayRows(here),
    lock ?? '',
    sayImpact(impact),
  ]);
  const lines = table(
    head.map(name => paint('dim', name)),
    rows,
  );
  return lines
    .split('\n')
    .map(line => `  ${line}`)
    .join('\n');
}

function sayRows(rows: RowCount | undefined): string {
  if (rows === undefined) return '?';
  return `${rows.exact ? '' : '~'}${rows.count.toLocaleString('en')}`;
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

const WIDEST = 100;

function shorten(text: string): string {
  return text.length > WIDEST ? `${text.slice(0, WIDEST - 1)}…` : text;
}

function count(n: number, one: string, many: string): string {
  return `${n.toLocaleString('en')} ${n === 1 ? one : many}`;
}
