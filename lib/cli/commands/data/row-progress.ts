import type { Working } from '../../command.ts';

/** How many rows are done, of how many. */
interface Rows {
  readonly done: number;
  readonly total: number;
}

/** Shows the parts of work on rows, one after the other, each with the time that it took. */
export function newRowProgress(guid: string, report: Working['onProgress']): (part: string, rows: Rows) => void {
  const version = 0;
  let [current, began] = ['', 0];
  return (part, { done, total }) => {
    if (part !== current) {
      [current, began] = [part, performance.now()];
      report?.({ type: 'started', guid, version, method: part });
    }
    if (done < total) report?.({ type: 'progress', guid, version, done, total });
    else report?.({ type: 'finished', guid, version, method: part, ms: performance.now() - began });
  };
}
