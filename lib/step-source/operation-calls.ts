import type { StorageDescription } from '../models/description.ts';
import type { Imports } from '../source-code/import-lines.ts';
import { labelled, layOut, list, record, type Piece } from '../source-code/layout.ts';
import { keyLiteral, stringLiteral } from '../source-code/literals.ts';
import { exportName } from '../version-file/entity-block.ts';
import type { NestedFillSource, Operation } from './operation.ts';

/** What an operation is written with. */
interface CallContext {
  readonly imports: Imports;
  /** The storage the step starts from. */
  readonly before: StorageDescription;
}

/** Writes an operation as the lines of a step: a call, and what a person has to know of it. */
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
        ? comment('Refused while there are rows, until it is said what they get: { fill: … }')
        : [];
      return [...remarks, call(kind, [after(entity), stringLiteral(property), ...filled(fill, entity, context)])];
    }
    case 'alterProperty': {
      const { kind, property, fill, isUnfilled, isUncastable, isImplicit, using } = operation;
      const remarks = [
        ...(isUncastable ? comment('Refused until it is said what its values are made of: { using: … }') : []),
        ...(isUnfilled ? comment('Refused while rows hold null, until it is said what they get: { fill: … }') : []),
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
        ...(goes.length > 0 ? comment(`Move here what is to be kept of ${enumerate(goes)}, before it goes.`) : []),
        ...(changes.length > 0
          ? comment(`Mend here the rows whose ${enumerate(changes, 'or')} will not fit, before it is altered.`)
          : []),
      ];
    }
    case 'refusal':
      return [`throw new Error(${stringLiteral(operation.text)});`];
    case 'remark':
      return comment(`${operation.text}.`);
  }
}

/** A comment, on several lines if it is long. */
export function comment(text: string): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    if (line !== '' && line.length + word.length > 90) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines.map(line => `// ${line}`);
}

/** `a, b and c` */
export function enumerate(names: readonly string[], word = 'and'): string {
  return names.length > 1 ? `${names.slice(0, -1).join(', ')} ${word} ${names.at(-1)}` : (names[0] ?? '');
}

/** Room for the class and the method around a call. */
const INDENT = '    ';

function call(operation: string, values: readonly Piece[]): string {
  return layOut(list(`await step.${operation}(`, values, ');'), INDENT).replaceAll(/^ {4}/gm, '');
}

/** An entity as it was. */
export function before(entity: string): string {
  return `before.${exportName(entity)}`;
}

/** An entity as it becomes. */
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
