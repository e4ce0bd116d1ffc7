import { OperationError } from '../../../errors.ts';
import { quoteEscaped, quoteName } from '../../../sql/quoting.ts';

/** A trigger that has a column's name among its arguments, which PostgreSQL takes for any text. */
export interface ArgumentTrigger {
  readonly name: string;
  readonly definition: string;
  /** Whether its function is one of PostgreSQL's own, of which it is known that they take columns. */
  readonly isKnown: boolean;
  /** As `pg_trigger` says it: `O` for one that fires as usual. */
  readonly enabled: string;
  readonly comment: string | null;
}

/** The arguments of the trigger `t`, as a list of texts with the letters beyond ASCII escaped. */
const ARGUMENTS = `pg_catalog.string_to_array(pg_catalog.encode(t.tgargs, 'escape'), E'\\\\000')`;

/** True for the trigger `t` if a column's name, a literal, is among its arguments. */
export function namesColumn(column: string): string {
  const bytes = `pg_catalog.convert_to(${column}, pg_catalog.getdatabaseencoding())`;
  return `pg_catalog.encode(${bytes}, 'escape') = any (${ARGUMENTS})`;
}

/** The read properties of the trigger `t` with the function `f`, as JSON. */
export const ARGUMENT_TRIGGER =
  `pg_catalog.json_build_object('name', t.tgname, 'definition', pg_catalog.pg_get_triggerdef(t.oid), ` +
  `'isKnown', f.pronamespace = 'pg_catalog'::pg_catalog.regnamespace and f.proname like 'tsvector%', ` +
  `'enabled', t.tgenabled, 'comment', pg_catalog.obj_description(t.oid, 'pg_trigger'))`;

/**
 * The statements that make a trigger again with a column's new name among its arguments.
 *
 * @throws {@link OperationError} if it is not known what its function makes of them
 * @see https://www.postgresql.org/docs/current/textsearch-features.html#TEXTSEARCH-UPDATE-TRIGGERS
 */
export function withNewArgument(
  table: string,
  trigger: ArgumentTrigger,
  { from, to }: { readonly from: string; readonly to: string },
): string[] {
  const { name, definition, isKnown, enabled, comment } = trigger;
  if (!isKnown) {
    throw new OperationError(
      `the trigger ${name} of ${table} has the argument '${from}', and its function would still look for a column with that ` +
        `name. Drop the trigger before the column is renamed to ${to}, and create it again afterwards.`,
    );
  }
  const own = quoteName(name);
  const head = definition.slice(0, definition.lastIndexOf('('));
  const given = definition.slice(head.length).replaceAll(quoteEscaped(from), () => quoteEscaped(to));
  const state = STATES[enabled];
  return [
    `drop trigger ${own} on ${table}`,
    `${head}${given}`,
    ...(state === undefined ? [] : [`alter table ${table} ${state} trigger ${own}`]),
    ...(comment === null ? [] : [`comment on trigger ${own} on ${table} is ${quoteEscaped(comment)}`]),
  ];
}

const STATES: Readonly<Record<string, string>> = { D: 'disable', R: 'enable replica', A: 'enable always' };
