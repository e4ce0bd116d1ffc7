import { isSchemaError } from '../../errors.ts';
import type { Answer } from '../../changes/questions.ts';
import { resolve, type Resolution } from '../../changes/resolve-answers.ts';
import { emptyStepSource, stepSource, type StepSource } from '../../step-source/step-methods.ts';
import { ClassEditor } from '../class-source/class-editor.ts';
import type { Work } from './work.ts';

/**
 * Tells whether a step stands in its class as it was generated, so that writing it again loses nothing. What it was
 * generated from is what the version was frozen as, and the answers that still fit; how it was formatted does not matter.
 */
export function isAsGenerated(
  { target, project, version, earlier, replaced }: Work,
  answers: readonly Answer[],
): boolean {
  if (!earlier || !replaced) return false;
  const { text, place } = project;
  const without = new ClassEditor(text, place).removeStep(version);
  const is = (step: StepSource) => squeezed(new ClassEditor(without, place).addStep(version, step)) === squeezed(text);
  if (is(emptyStepSource(version))) return true;
  const then = resolveWithWhatFits(answers, kept => resolve(earlier.description, replaced.description, kept));
  if (then.questions.length > 0) return false;
  return is(stepSource(then, { version, compatible: target.definition.compatibleAt(version - 1) }));
}

function resolveWithWhatFits(
  answers: readonly Answer[],
  attempt: (answers: readonly Answer[]) => Resolution,
): Resolution {
  const kept: Answer[] = [];
  for (const answer of answers) {
    try {
      attempt([...kept, answer]);
      kept.push(answer);
    } catch (error) {
      if (!isSchemaError(error) || error.code !== 'ANSWER_INVALID') throw error;
    }
  }
  return attempt(kept);
}

/** Formatters differ in white space, quotes, and what may be left out. */
function squeezed(text: string): string {
  return text.replaceAll(/[\s'"`(),;]/g, '');
}
