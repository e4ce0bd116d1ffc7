import type { StorageDescription } from '../models/description.ts';
import type { Imports } from '../source-code/import-lines.ts';
import { labelled, layOut, list, record, type Piece } from '../source-code/layout.ts';
import { keyLiteral, stringLiteral } from '../source-code/literals.ts';
import { exportName } from '../version-file/entity-block.ts';
import type { NestedFillSource, Operation } from './operation.ts';

/** The input for writing operations. */
interface CallContext {
  readonly imports: Imports;
  /** The storage before the step. */
  readonly before: StorageDescription;
}

/** Writes an operation as lines of a step: a call, and comments for the reader. */
export function operationLines(operation: Operation, context: CallContext): string[] {
  switch (operation.kind) {
    case 'createStorage':
      return [call(operation.kind, operation.entities.map(after))];
    case 'dropStorage':
      return [call(operation.kind, operation.entities.map(before))];
    case 'renameStorage':
      return [call(operation.kind, [before(operation.before), after(operation.after)])];
    case 'renameProperty':
    case 'rekeyProperty': {
      const { from, to } = operation;
      return [
        call(operation.kind, [
          before(operation.before),
          stringLiteral(from),
          after(operation.after),
          stringLiteral(to),
        ]),
      ];
    }
    case 'addProperty': {
      const { kind, entity, property, fill, isUnfilled } = operation;
      const remarks = isUnfilled
        ? comment('If the table has rows, this is refused until you add a value for them: { fill: … }')
        : [];
      return [...remarks, call(kind, [after(entity), stringLiteral(property), ...filled(fill, entity, context)])];
    }
    case 'moveProperty': {
      const { kind, property, fill, isUnfilled, isDiscarding } = operation;
      const [from, to] = [operation.before.map(before), operation.after.map(after)];
      const remarks = [
        ...(isUnfilled ? comment('If rows get no value, this is refused until you add one: { fill: … }') : []),
        ...(isDiscarding === false
          ? comment(
              `If rows have a value and no row in ${enumerate(operation.after, 'or')}, this is refused. To give up their values, set the option discard`,
            )
          : []),
      ];
      const options = [
        ...(fill === undefined ? [] : labelledFill('fill', fill, operation.before[0] ?? '', context)),
        ...(isDiscarding ? ['discard: true'] : []),
      ];
      const sides = [from, to].map(side => (side.length === 1 ? (side[0] ?? '') : list('[', side, ']')));
      return [
        ...remarks,
        call(kind, [...sides, stringLiteral(property), ...(options.length > 0 ? [record(options)] : [])]),
      ];
    }
    case 'alterProperty': {
      const { kind, property, fill, isUnfilled, isUncastable, isImplicit, using } = operation;
      const remarks = [
        ...(isUncastable
          ? comment('This is refused until you add an expression for the new values: { using: … }')
          : []),
        ...(isUnfilled
          ? comment('If rows hold null, this is refused until you add a value for them: { fill: … }')
          : []),
      ];
      const name = stringLiteral(property) + (isImplicit ? ' as never' : '');
      const sides = [before(operation.before), after(operation.after)];
      const made = using === undefined ? [] : [labelled('using: ', sqlPiece(using, context))];
      const options = [...made, ...(fill === undefined ? [] : labelledFill('fill', fill, operation.before, context))];
      return [...remarks, call(kind, [...sides, name, ...(options.length > 0 ? [record(options)] : [])])];
    }
    case 'alterStorage': {
      const fills = Object.entries(operation.fill).flatMap(([property, fill]) =>
        labelledFill(property, fill, operation.before, context),
      );
      const options = fills.length > 0 ? [record([labelled('fill: ', record(fills))])] : [];
      return [call(operation.kind, [before(operation.before), after(operation.after), ...options])];
    }
    case 'dropProperty':
    case 'dropForeignKey':
      return [call(operation.kind, [before(operation.entity), stringLiteral(operation.property)])];
    case 'addForeignKey':
      return [call(operation.kind, [after(operation.entity), stringLiteral(operation.property)])];
    case 'addIndex':
      return [call(operation.kind, [after(operation.entity), indexPiece(operation.index)])];
    case 'dropIndex':
      return [call(operation.kind, [before(operation.entity), indexPiece(operation.index)])];
    case 'addCheck':
      return [call(operation.kind, [after(operation.entity), stringLiteral(operation.name)])];
    case 'dropCheck':
      return [call(operation.kind, [before(operation.entity), stringLiteral(operation.name)])];
    case 'place': {
      const { goes, changes } = operation;
      return [
        '',
        ...(goes.length > 0
          ? comment(
              `Move data out of ${enumerate(goes)} here, before ${goes.length > 1 ? 'they are' : 'it is'} dropped.`,
            )
          : []),
        ...(changes.length > 0
          ? comment(`If rows have values of ${enumerate(changes, 'or')} that will not fit, change these rows here.`)
          : []),
      ];
    }
    case 'refusal':
      return [`throw new Error(${stringLiteral(operation.text)});`];
    case 'remark':
      return comment(`${operation.text}.`);
  }
}

/** Writes a comment, on several lines if it is long. */
export function comment(text: string): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    if (line !== '' && line.length + word.length > 90) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines.map(line => `// ${line}`);
}

/** Writes `a, b and c`. */
export function enumerate(names: readonly string[], word = 'and'): string {
  return names.length > 1 ? `${names.slice(0, -1).join(', ')} ${word} ${names.at(-1)}` : (names[0] ?? '');
}

/** The indentation inside a method of a class. */
const INDENT = '    ';

function call(operation: string, values: readonly Piece[]): string {
  return layOut(list(`await step.${operation}(`, values, ');'), INDENT).replaceAll(/^ {4}/gm, '');
}

/** Names an entity before the step. */
export function before(entity: string): string {
  return `before.${exportName(entity)}`;
}

/** Names an entity after the step. */
export function after(entity: string): string {
  return `after.${exportName(entity)}`;
}

function indexPiece(index: string | readonly string[]): Piece {
  return typeof index === 'string' ? stringLiteral(index) : list('[', index.map(stringLiteral), ']');
}

function filled(fill: NestedFillSource | undefined, entity: string, context: CallContext): Piece[] {
  const pieces = fill === undefined ? [] : labelledFill('fill', fill, entity, context);
  return pieces.length > 0 ? [record(pieces)] : [];
}

function labelledFill(label: string, fill: NestedFillSource, entity: string, context: CallContext): Piece[] {
  const piece = fillPiece(fill, entity, context);
  return piece === undefined ? [] : [labelled(`${keyLiteral(label)}: `, piece)];
}

function fillPiece(fill: NestedFillSource, entity: string, context: CallContext): Piece | undefined {
  if (fill === 'none') return undefined;
  const { imports } = context;
  if ('source' in fill) return fill.source;
  if ('sql' in fill) return sqlPiece(fill.sql, context);
  if ('columns' in fill) {
    const columns = fill.columns.map(
      column => `${imports.use('@mikro-orm/core', 'sql')}.ref(${stringLiteral(column)})`,
    );
    return columns.length === 1 ? columns[0] : list('[', columns, ']');
  }
  if ('from' in fill)
    return `${imports.use('@mikro-orm/core', 'sql')}.ref(${stringLiteral(columnOf(fill.from, entity, context))})`;
  return record(Object.entries(fill.inside).flatMap(([name, part]) => labelledFill(name, part, entity, context)));
}

function sqlPiece(text: string, { imports }: CallContext): Piece {
  return `${imports.use('@mikro-orm/core', 'raw')}(${stringLiteral(text)})`;
}

function columnOf(property: string, entity: string, { before: storage }: CallContext): string {
  const description = storage.entities.find(({ name }) => name === entity);
  return description?.properties.find(({ name }) => name === property)?.columns?.[0] ?? property;
}
