export { plan, type PlanOptions } from './make-plan.ts';
export type { LockMode, Plan, PlannedOperation, RowCount, StepPlan, TableImpact, Unseen } from './plan-data.ts';
