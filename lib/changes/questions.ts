/** Something that two versions do not tell and a step has to know. */
export interface Question {
  readonly kind: 'renamed or dropped' | 'dropped' | 'fill';
  /** What it is about: `animal.species`. */
  readonly path: string;
  /** A sentence that ends with a question mark. */
  readonly text: string;
  /** Most likely first. */
  readonly choices: readonly Choice[];
}

export interface Choice {
  readonly label: string;
  /** What speaks for it. */
  readonly reason?: string;
  /** What is chosen; where something is asked for, without it. */
  readonly answer: Answer;
  /** What is asked for: `a whole number`. */
  readonly input?: string;
}

/** An answer to a question that comparing two versions leaves open. Entities and properties are named as people do. */
export type Answer =
  | {
      readonly kind: 'renamed';
      /** What it was called: `animal`, `animal.species`, `animal.home.city`. */
      readonly path: string;
      /** What it is called now, without its entity: `beast`, `family`, `home.town`. */
      readonly to: string;
      /** Over three versions, so that no release has to stop; at once by default. */
      readonly overThree?: true;
    }
  | { readonly kind: 'dropped'; readonly path: string }
  | { readonly kind: 'fill'; readonly path: string; readonly fill: AnswerFill };

/** What rows get: a value as text, an SQL expression over the row, or nothing, because the step will say it. */
export type AnswerFill = { readonly value: string } | { readonly sql: string } | 'none';

/** The flags that answer a question, one for each choice; `<…>` stands for what has to be said. */
export function flagsFor({ choices }: Question): string[] {
  return choices.map(({ answer, input }) => {
    if (answer.kind !== 'fill' || answer.fill === 'none' || input === undefined) return flagFor(answer);
    return `--${'sql' in answer.fill ? 'fill-sql' : 'fill'} ${shellWord(`${answer.path}=<${input}>`)}`;
  });
}

/** The flag that gives an answer. */
export function flagFor(answer: Answer): string {
  switch (answer.kind) {
    case 'renamed':
      return `--${answer.overThree ? 'rename-over-three' : 'renamed'} ${shellWord(`${answer.path}:${answer.to}`)}`;
    case 'dropped':
      return `--dropped ${shellWord(answer.path)}`;
    case 'fill': {
      const { path, fill } = answer;
      if (fill === 'none') return `--fill-none ${shellWord(path)}`;
      return 'sql' in fill
        ? `--fill-sql ${shellWord(`${path}=${fill.sql}`)}`
        : `--fill ${shellWord(`${path}=${fill.value}`)}`;
    }
  }
}

/** The answer that a choice gives, with what was said where something is asked for. */
export function answerOf({ answer, input }: Choice, said = ''): Answer {
  if (answer.kind !== 'fill' || answer.fill === 'none' || input === undefined) return answer;
  return { ...answer, fill: 'sql' in answer.fill ? { sql: said } : { value: said } };
}

/** An entity as people name it in an answer: `animal`. */
export function entityPath(entity: string): string {
  return entity.slice(0, 1).toLowerCase() + entity.slice(1);
}

/** A property as people name it in an answer: `animal.home.city`. */
export function propertyPath(entity: string, property: string): string {
  return `${entityPath(entity)}.${property}`;
}

/** A word as a shell takes it to the letter. */
function shellWord(text: string): string {
  return /^[\w.:=,@%+/-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
