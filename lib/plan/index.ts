export { plan, type PlanOptions } from './make-plan.ts';
export type { LockMode, RowCount } from '../dialects/table-touches.ts';
export type { Plan, PlannedOperation, StepPlan, TableImpact, Unseen } from './plan-data.ts';
