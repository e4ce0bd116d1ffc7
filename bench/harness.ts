/** One way to do the work, in a place of its own. */
export interface Attempt {
  /** Does it; this alone is measured. */
  run(): Promise<unknown>;
  /** Throws unless it was done, and clears the place away. */
  end(): Promise<void>;
}

/** Makes the place in which one attempt is made. */
export type Contestant = () => Promise<Attempt>;

/** What is measured, and who does it. */
export interface Race {
  readonly what: string;
  /** The database it is done on. */
  readonly on: string;
  readonly ours: Contestant;
  readonly byHand: Contestant;
  /** MikroORM's Migrator. */
  readonly migrator: Contestant;
  /** Others who do the same work, by name. */
  readonly peers?: Readonly<Record<string, Contestant>>;
  /** How often one attempt does it. Default: once. */
  readonly times?: number;
  readonly rounds: number;
  readonly budget: Budget;
}

/** What it may cost: so many times what it takes by hand, or, where that says nothing, in words. */
export type Budget = number | string;

/** A race that was run; milliseconds for doing it once. */
export interface Result extends Pick<Race, 'what' | 'on' | 'budget'> {
  readonly ours: number;
  /** Missing where there is nothing to be done by hand. */
  readonly byHand?: number;
  readonly migrator: number;
  readonly peers?: Readonly<Record<string, number>>;
}

/** Lets everybody do it in turn, round after round, after one to warm up, and takes the median of each. */
export async function run(race: Race): Promise<Result> {
  const { ours, byHand, migrator, peers = {}, times = 1, rounds, what, on, budget } = race;
  const contestants: readonly Contestant[] = [ours, byHand, migrator, ...Object.values(peers)];
  const durations = contestants.map((): number[] => []);
  for (let round = 0; round <= rounds; round += 1) {
    for (const [index, contestant] of contestants.entries()) {
      const ms = await time(contestant);
      if (round > 0) durations[index]?.push(ms / times);
    }
  }
  const [oursMs = Number.NaN, byHandMs = Number.NaN, migratorMs = Number.NaN, ...peersMs] = durations.map(median);
  return {
    what,
    on,
    budget,
    ours: oursMs,
    byHand: byHandMs,
    migrator: migratorMs,
    peers: Object.fromEntries(Object.keys(peers).map((name, index) => [name, peersMs[index] ?? Number.NaN])),
  };
}

async function time(contestant: Contestant): Promise<number> {
  const attempt = await contestant();
  try {
    const began = performance.now();
    await attempt.run();
    return performance.now() - began;
  } finally {
    await attempt.end();
  }
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
