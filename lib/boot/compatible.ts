import type { StepOptions, Steps } from './definition.ts';

/**
 * The oldest version of the code that may run on a database that reached `version` from nothing: the maximum along the
 * path. A step that declares nothing admits only code that knows it. Pure.
 */
export function compatibleAt(version: number, steps: Steps): number {
  let oldest = 0;
  // A step below the last undeclared one cannot raise the maximum above it, so the path is walked from its end.
  for (let step = version; step > oldest; step -= 1) oldest = compatibleAfter(oldest, step, steps[step]);
  return oldest;
}

/**
 * The same for a database that a step brings to `version`, where `compatible` was the oldest before. What the row says may
 * come from code with other declarations, and is never lowered by ours. Pure.
 */
export function compatibleAfter(compatible: number, version: number, step: StepOptions = {}): number {
  return Math.max(compatible, step.compatible ?? version);
}
