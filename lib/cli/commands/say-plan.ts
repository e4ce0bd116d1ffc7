import { dialectNamed } from '../../dialects/registry.ts';
import type { Plan, PlannedOperation, StepPlan, TableImpact } from '../../plan/plan-data.ts';
import { sayCount, sayDuration, table, type Paint } from '../tables-and-colours.ts';

/** Shows a plan to a person. */
export function sayPlan(made: Plan, paint: Paint, withSql: boolean): string {
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
