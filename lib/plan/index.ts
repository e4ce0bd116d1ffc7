export { plan, type PlanOptions } from './plan.ts';
export type { LockMode, Plan, PlannedOperation, RowCount, StepPlan, TableImpact, Unseen } from './data.ts';
