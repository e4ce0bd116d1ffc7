import type { AnswerValues } from '../../../lib/changes/parse-answers.ts';

/** A change of entities: two releases of the same application, and what it takes to get from one to the other. */
export interface Cell {
  readonly name: string;
  /** The entities of the first release, by name; made anew at each call. */
  readonly before: () => object;
  readonly after: () => object;
  readonly answers?: AnswerValues;
  /** SQL that both dialects understand: rows of the first release. */
  readonly rows?: readonly string[];
  /** SQL and what it answers once the step is done. */
  readonly kept?: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;
  /** What the step says where it does not run as it is written: something has to be added by a person. */
  readonly fails?: unknown;
  /** What the way back says where these rows do not let it go: something was dropped that they would need. */
  readonly refused?: unknown;
  /** The dialects it is about; both by default. */
  readonly only?: 'sqlite' | 'postgresql';
  /** What both releases tell their ORM besides. */
  readonly orm?: object;
}
