import type {
  LiveCheck,
  LiveColumn,
  LiveExtra,
  LiveForeignKey,
  LiveIndex,
  LiveTable,
  LiveTrigger,
  Unproven,
} from '../dialects/table-changes.ts';
import type { Likeness } from '../dialects/table-editor.ts';
import { VALIDITY, type Difference } from '../difference.ts';
import { showName } from '../dialects/table-names.ts';
import { pairUp } from './table/pair-up.ts';

/** What a comparison goes through, inwards from the table. */
export const PARTS = [
  'column',
  'primary key',
  'foreign key',
  'index',
  'check',
  'trigger',
  'comment',
  'kind',
  'definition',
  'autoincrement',
  'policy',
  'row security',
] as const;

type DifferencePart = (typeof PARTS)[number];

/**
 * Compares a table as it is with one as it is wanted, both in the words of the database. Nothing is asked, nothing is
 * changed. An empty value on the wanted side is unknown, and no difference.
 *
 * @param live `undefined` if there is none.
 * @param wanted `undefined` if none is wanted.
 */
export function compareTable(
  live: LiveTable | undefined,
  wanted: LiveTable | undefined,
  likeness: Likeness,
): Difference[] {
  if (!live || !wanted) return presence(live, wanted);
  const table = showName(wanted);
  const at: At = (part, ...rest) => [table, part, ...rest];
  if (live.kind !== wanted.kind) return [different(at('kind'), live.kind, wanted.kind)];
  if (wanted.kind === 'view') return compareViews(at, live, wanted, likeness);
  const { sameName } = likeness;
  return [
    ...compareParts(live.columns, wanted.columns, {
      path: ({ name }) => at('column', name),
      same: [(is, asked) => sameName(is.name, asked.name)],
      aspects: (is, asked) => columnAspects(is, asked, likeness),
    }),
    ...compareKeys(at('primary key'), live, wanted, likeness),
    ...compareParts(live.foreignKeys, wanted.foreignKeys, {
      path: ({ columns }) => at('foreign key', columns.join(', ')),
      same: [(is, asked) => sameList(is.columns, asked.columns, sameName)],
      aspects: (is, asked) => foreignKeyAspects(is, asked, likeness),
    }),
    ...compareIndexes(at, live, wanted, likeness),
    ...compareParts(live.checks, wanted.checks, {
      path: ({ name, expression }) => at('check', name || expression),
      same: [
        (is, asked) => is.name !== '' && sameName(is.name, asked.name),
        (is, asked) =>
          (is.name === '' || asked.name === '') && likeness.sameExpression(is.expression, asked.expression),
      ],
      aspects: (is, asked) => checkAspects(is, asked, likeness),
    }),
    ...compareParts(live.triggers ?? [], wanted.triggers ?? [], {
      path: ({ name }) => at('trigger', name),
      same: [(is, asked) => sameName(is.name, asked.name)],
      aspects: (is, asked) => triggerAspects(is, asked, likeness),
    }),
    ...(live.autoincrement === wanted.autoincrement
      ? []
      : [different(at('autoincrement'), live.autoincrement, wanted.autoincrement)]),
    ...compareExtras(at, live, wanted, likeness),
    // One that the entity does not mention belongs to the user.
    ...(wanted.comment === undefined || wanted.comment === live.comment
      ? []
      : [different(at('comment'), live.comment, wanted.comment)]),
  ];
}

function presence(live: LiveTable | undefined, wanted: LiveTable | undefined): Difference[] {
  if (wanted) return [{ kind: 'missing', path: [showName(wanted)], live: undefined, wanted }];
  return live ? [{ kind: 'extra', path: [showName(live)], live, wanted: undefined }] : [];
}

function different(path: readonly string[], live: unknown, wanted: unknown): Difference {
  return { kind: 'different', path, live, wanted };
}

type At = (part: DifferencePart, ...rest: string[]) => string[];

/** Row security and policies, of an entity that says something of them. */
function compareExtras(at: At, live: LiveTable, { extras: wanted }: LiveTable, likeness: Likeness): Difference[] {
  if (!wanted) return [];
  return compareParts((live.extras ?? []).filter(canBeAskedFor), wanted.filter(canBeAskedFor), {
    path: ({ kind, name }) => at(kind, ...(name === '' ? [] : [name])),
    same: [(is, asked) => is.kind === asked.kind && is.name === asked.name],
    aspects: ({ definition: is }, { definition: asked }) =>
      asked === '' || likeness.sameExpression(is, asked) ? [] : [['definition', is, asked]],
  });
}

type AskedFor = LiveExtra & { readonly kind: 'policy' | 'row security' };

function canBeAskedFor(extra: LiveExtra): extra is AskedFor {
  return extra.kind === 'policy' || extra.kind === 'row security';
}

function compareViews(at: At, live: LiveTable, wanted: LiveTable, likeness: Likeness): Difference[] {
  if (kindOfView(live) !== kindOfView(wanted)) return [different(at('kind'), kindOfView(live), kindOfView(wanted))];
  const { definition: is } = live;
  const { definition: asked } = wanted;
  const isKnown = is !== undefined && asked !== undefined;
  return [
    ...(isKnown && !likeness.sameExpression(is, asked) ? [different(at('definition'), is, asked)] : []),
    ...compareIndexes(at, live, wanted, likeness),
  ];
}

function kindOfView({ materialized = false }: LiveTable): string {
  return materialized ? 'materialized view' : 'view';
}

function compareIndexes(at: At, live: LiveTable, wanted: LiveTable, likeness: Likeness): Difference[] {
  const { sameName } = likeness;
  return compareParts(live.indexes, wanted.indexes, {
    path: ({ name, columns }) => at('index', name || columns.join(', ')),
    same: [
      (is, asked) => is.name !== '' && sameName(is.name, asked.name),
      // A unique constraint may have been given no name.
      (is, asked) =>
        (is.name === '' || asked.name === '') && is.unique && sameList(is.columns, asked.columns, sameName),
    ],
    aspects: (is, asked) => indexAspects(is, asked, likeness),
  });
}

/** In what two parts differ: the aspect, what it is, what it should be, and the statement that ends it, if one does. */
type Aspect = readonly [name: string, live: unknown, wanted: unknown, fix?: string];

interface PartComparison<T> {
  readonly path: (part: T) => readonly string[];
  /** What makes two of them the same one, the surest first. */
  readonly same: readonly ((live: T, wanted: T) => boolean)[];
  readonly aspects: (live: T, wanted: T) => readonly Aspect[];
}

function compareParts<T>(
  live: readonly T[],
  wanted: readonly T[],
  { path, same, aspects }: PartComparison<T>,
): Difference[] {
  const pairs = pairUp(live, wanted, same);
  const paired = new Set(pairs.values());
  return [
    ...wanted.flatMap((asked): Difference[] => {
      const is = pairs.get(asked);
      if (is === undefined) return [{ kind: 'missing', path: path(asked), live: undefined, wanted: asked }];
      return aspects(is, asked).map(([name, has, wants, fix]) => ({
        ...different([...path(asked), name], has, wants),
        ...(fix !== undefined && { fix }),
      }));
    }),
    ...live
      .filter(is => !paired.has(is))
      .map((is): Difference => ({ kind: 'extra', path: path(is), live: is, wanted: undefined })),
  ];
}

function compareKeys(
  path: readonly string[],
  { primaryKey: is }: LiveTable,
  { primaryKey: asked }: LiveTable,
  { sameName }: Likeness,
): Difference[] {
  if (sameList(is, asked, sameName)) return [];
  if (is.length === 0) return [{ kind: 'missing', path, live: undefined, wanted: asked }];
  if (asked.length === 0) return [{ kind: 'extra', path, live: is, wanted: undefined }];
  return [different(path, is, asked)];
}

function columnAspects(is: LiveColumn, asked: LiveColumn, { columnDifferences }: Likeness): Aspect[] {
  const found = columnDifferences(is, asked).map(({ aspect, live, wanted }): Aspect => [aspect, live, wanted]);
  return asked.nullable ? found : [...found, ...validityAspects(is)];
}

/** Whether a constraint holds for all rows. One that is wanted does. */
function validityAspects({ unproven }: { readonly unproven?: Unproven | undefined }): Aspect[] {
  return unproven ? [[VALIDITY, unproven.state, 'valid', unproven.fix]] : [];
}

function foreignKeyAspects(is: LiveForeignKey, asked: LiveForeignKey, { sameName }: Likeness): Aspect[] {
  const aspects: Aspect[] = [];
  const { references } = asked;
  const isSameTable = sameName(is.references.name, references.name) && is.references.namespace === references.namespace;
  if (!isSameTable) aspects.push(['references', showName(is.references), showName(references)]);
  // Without any, those of the primary key are meant.
  const isListed = is.referencedColumns.length > 0 && asked.referencedColumns.length > 0;
  if (isListed && !sameList(is.referencedColumns, asked.referencedColumns, sameName))
    aspects.push(['referenced columns', is.referencedColumns, asked.referencedColumns]);
  for (const rule of ['onDelete', 'onUpdate', 'deferMode'] as const)
    if (is[rule] !== asked[rule]) aspects.push([RULES[rule], is[rule], asked[rule]]);
  return [...aspects, ...validityAspects(is)];
}

const RULES = { onDelete: 'on delete', onUpdate: 'on update', deferMode: 'deferrable' } as const;

function indexAspects(is: LiveIndex, asked: LiveIndex, { indexParts, sameExpression }: Likeness): Aspect[] {
  if (is === asked) return [];
  if (asked.definition === '') return is.unique === asked.unique ? [] : [['unique', is.unique, asked.unique]];
  const [live, wanted] = [indexParts(is), indexParts(asked)];
  const aspects: Aspect[] = [];
  const same = (one: string | undefined, other: string | undefined) => sameOptional(one, other, sameExpression);
  for (const part of ['unique', 'constraint', 'method'] as const)
    if (live[part] !== wanted[part]) aspects.push([part, live[part], wanted[part]]);
  for (const part of ['terms', 'include'] as const)
    if (!sameList(live[part], wanted[part], sameExpression)) aspects.push([part, live[part], wanted[part]]);
  for (const part of ['where', 'options'] as const)
    if (!same(live[part], wanted[part])) aspects.push([part, live[part], wanted[part]]);
  return aspects;
}

function checkAspects(is: LiveCheck, asked: LiveCheck, { sameExpression }: Likeness): Aspect[] {
  const isSame = asked.expression === '' || sameExpression(is.expression, asked.expression);
  return [...(isSame ? [] : ([['expression', is.expression, asked.expression]] as Aspect[])), ...validityAspects(is)];
}

function triggerAspects(
  { does: is }: LiveTrigger,
  { does: asked }: LiveTrigger,
  { sameExpression }: Likeness,
): Aspect[] {
  if (!is || !asked) return [];
  const aspects: Aspect[] = [];
  for (const part of ['timing', 'forEach'] as const)
    if (is[part] !== asked[part]) aspects.push([part === 'timing' ? 'timing' : 'for each', is[part], asked[part]]);
  if (is.events.toSorted().join() !== asked.events.toSorted().join()) aspects.push(['events', is.events, asked.events]);
  if (!sameOptional(is.when, asked.when, sameExpression)) aspects.push(['when', is.when, asked.when]);
  if (!sameExpression(is.body, asked.body)) aspects.push(['body', is.body, asked.body]);
  return aspects;
}

function sameList(some: readonly string[], others: readonly string[], same: (one: string, other: string) => boolean) {
  return some.length === others.length && some.every((one, index) => same(one, others[index] ?? ''));
}

function sameOptional(
  one: string | undefined,
  other: string | undefined,
  same: (one: string, other: string) => boolean,
): boolean {
  return one === undefined || other === undefined ? one === other : same(one, other);
}
