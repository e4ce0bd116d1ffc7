/** A fact that a step needs and that comparing two versions cannot show. */
export interface Question {
  readonly kind: 'renamed or dropped' | 'dropped' | 'fill';
  /** The subject: `animal.species`. */
  readonly path: string;
  /** A sentence that ends with a question mark. */
  readonly text: string;
  /** Most likely first. */
  readonly choices: readonly Choice[];
}

export interface Choice {
  readonly label: string;
  /** Why this choice is likely. */
  readonly reason?: string;
  /** The answer. For a choice that needs input, without the input. */
  readonly answer: Answer;
  /** A description of the input: `a whole number`. */
  readonly input?: string;
}

/** An answer to a question. Entities and properties have the names that users write in flags. */
export type Answer =
  | {
      readonly kind: 'renamed';
      /** The old name: `animal`, `animal.species`, `animal.home.city`. */
      readonly path: string;
      /** The new name, without its entity: `beast`, `family`, `home.town`. */
      readonly to: string;
      /** Over three versions, so that no release has to stop; at once by default. */
      readonly overThree?: true;
    }
  | { readonly kind: 'dropped'; readonly path: string }
  | { readonly kind: 'fill'; readonly path: string; readonly fill: AnswerFill };

/** The value in existing rows: text, an SQL expression over the row, or none, because the step will fill it. */
export type AnswerFill = { readonly value: string } | { readonly sql: string } | 'none';

/** Lists the flags that answer a question, one per choice. `<…>` marks the input. */
export function flagsFor({ choices }: Question): string[] {
  return choices.map(({ answer, input }) => {
    if (answer.kind !== 'fill' || answer.fill === 'none' || input === undefined) return flagFor(answer);
    return `--${'sql' in answer.fill ? 'fill-sql' : 'fill'} ${shellWord(`${answer.path}=<${input}>`)}`;
  });
}

/** Returns the flag that gives an answer. */
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

/** Returns the answer of a choice, with the input that the user gave. */
export function answerOf({ answer, input }: Choice, said = ''): Answer {
  if (answer.kind !== 'fill' || answer.fill === 'none' || input === undefined) return answer;
  return { ...answer, fill: 'sql' in answer.fill ? { sql: said } : { value: said } };
}

/** Names an entity as in flags: `animal`. */
export function entityPath(entity: string): string {
  return entity.slice(0, 1).toLowerCase() + entity.slice(1);
}

/** Names a property as in flags: `animal.home.city`. */
export function propertyPath(entity: string, property: string): string {
  return `${entityPath(entity)}.${property}`;
}

/** Quotes a word for a shell. */
export function shellWord(text: string): string {
  return /^[\w.:=,@%+/-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
