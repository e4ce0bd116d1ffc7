/** One column's old and new name. */
export interface ColumnRename {
  readonly from: string;
  readonly to: string;
}

/** What stands in the way of renames, and how names are compared. */
interface RenameOptions {
  /** Columns that keep their names for as long as the renames last. One that has a new name steps aside. */
  readonly others?: readonly string[];
  /** Whether two names are one to the database; by default if they are the same to the letter. */
  readonly isSame?: (one: string, other: string) => boolean;
}

/** The renames one after the other, so that a name is free when it is taken: of those that swap names one steps aside. */
export function orderRenames(
  renames: readonly ColumnRename[],
  { others = [], isSame = (one, other) => one === other }: RenameOptions = {},
): ColumnRename[] {
  const asideFor = (name: string) =>
    freeName(`dejavu_${name}`, candidate =>
      [...others, ...renames.flatMap(({ from, to }) => [from, to])].some(taken => isSame(taken, candidate)),
    );
  const inTheWay = others.filter(name => renames.some(({ to }) => isSame(to, name)));
  const steps = inTheWay.map((name): ColumnRename => ({ from: name, to: asideFor(name) }));
  let left = [...renames];
  for (let [next] = left; next !== undefined; [next] = left) {
    const ready = left.find(({ to }) => !left.some(({ from }) => isSame(from, to)));
    const step = ready ?? { from: next.from, to: asideFor(next.from) };
    steps.push(step);
    left = left.filter(rename => rename !== (ready ?? next));
    if (!ready) left.push({ from: step.to, to: next.to });
  }
  return steps;
}

/** The first of `name`, `name_2`, `name_3`, … that is not taken. */
export function freeName(name: string, isTaken: (name: string) => boolean): string {
  let free = name;
  for (let number = 2; isTaken(free); number++) free = `${name}_${number}`;
  return free;
}
