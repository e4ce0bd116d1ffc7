import Table from 'cli-table3';

const NO_LINES = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};

/** Aligned columns under their heads, without lines, each cell on one line. Columns without a single value are left out. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const kept = head.map((_, column) => rows.some(row => row[column] !== undefined && row[column] !== ''));
  const keep = (cells: readonly string[]) => cells.filter((_, column) => kept[column]);
  const lines = new Table({ chars: NO_LINES, style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] } });
  for (const row of [head, ...rows]) lines.push(keep(row).map(cell => cell.replaceAll(/\s*\n\s*/g, ' ')));
  return lines
    .toString()
    .split('\n')
    .map(line => line.trimEnd())
    .join('\n');
}
