import type { Box, Diagram, Field, Mark } from './diagram.ts';
import { measure } from './measure.ts';

/** Colours a line that has a mark. */
type MarkLine = (mark: Mark, text: string) => string;

const SIGNS: Readonly<Record<Mark, string>> = { added: '+', removed: '-', changed: '~' };
const GAP = '  ';
/** The smallest width of a box, also in a narrow terminal. */
const NARROWEST = 16;

/** Draws the boxes of a diagram for a terminal, side by side as far as they fit. */
export function textBoxes({ boxes }: Diagram, columns: number, paint: MarkLine): string[] {
  const rows: Drawn[][] = [];
  for (const box of boxes.map(one => drawn(one, columns, paint))) {
    const row = rows.at(-1);
    const used = row?.reduce((sum, { width }) => sum + width + GAP.length, 0) ?? 0;
    if (row && used + box.width <= columns) row.push(box);
    else rows.push([box]);
  }
  return rows.flatMap(row => {
    const height = Math.max(...row.map(({ lines }) => lines.length));
    return Array.from({ length: height }, (_, index) =>
      row
        .map(({ lines, width }) => lines[index] ?? ' '.repeat(width))
        .join(GAP)
        .trimEnd(),
    );
  });
}

/** Keeps the changed boxes, and their changed properties. */
export function onlyChanges({ boxes, links }: Diagram): Diagram {
  const touched = boxes.filter(({ mark }) => mark);
  return {
    links,
    boxes: touched.map(box =>
      box.mark === 'changed' ? { ...box, fields: box.fields.filter(field => field.mark) } : box,
    ),
  };
}

interface Drawn {
  readonly lines: readonly string[];
  readonly width: number;
}

function drawn(box: Box, columns: number, paint: MarkLine): Drawn {
  const { widthOf, cut } = measure;
  const title = `${signOf(box.mark)}${box.name}${box.was ? ` (was ${box.was})` : ''}${box.isView ? ' (view)' : ''}`;
  const fields = box.fields.map(field => ({ field, left: leftOf(field), right: rightOf(field) }));
  const others = (box.otherChanges ?? []).map(other => `${signOf('changed')}${other}`);
  const wanted = Math.max(
    ...[title, ...others].map(widthOf),
    ...fields.map(({ left, right }) => widthOf(left) + 2 + widthOf(right)),
  );
  const inner = Math.min(wanted, Math.max(columns - 4, NARROWEST));
  const padded = (left: string, right = '') => {
    const room = right === '' ? 0 : 2;
    const isWhole = widthOf(left) + room + widthOf(right) <= inner;
    const end = isWhole ? right : cut(right, Math.ceil(inner / 2));
    const start = cut(left, inner - widthOf(end) - room);
    return `${start}${' '.repeat(inner - widthOf(start) - widthOf(end))}${end}`;
  };
  const line = (text: string, mark: Mark | undefined) => `│ ${mark ? paint(mark, text) : text} │`;
  return {
    width: inner + 4,
    lines: [
      `┌${'─'.repeat(inner + 2)}┐`,
      line(padded(title), box.mark === 'changed' ? undefined : box.mark),
      ...(fields.length + others.length > 0 ? [`├${'─'.repeat(inner + 2)}┤`] : []),
      ...fields.map(({ field, left, right }) => line(padded(left, right), field.mark)),
      ...others.map(other => line(padded(other), 'changed')),
      `└${'─'.repeat(inner + 2)}┘`,
    ],
  };
}

function leftOf({ name, was, isKey, mark }: Field): string {
  return `${signOf(mark)}${isKey ? '*' : ''}${name}${was ? ` (was ${was})` : ''}`;
}

function rightOf({ type, isNullable }: Field): string {
  return `${type}${isNullable ? '?' : ''}`;
}

function signOf(mark: Mark | undefined): string {
  return mark ? `${SIGNS[mark]} ` : '';
}
