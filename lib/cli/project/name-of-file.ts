import { relative } from 'node:path';

/** A file as somebody calls it who stands in the project. */
export function nameOfFile(path: string): string {
  return relative(process.cwd(), path);
}
