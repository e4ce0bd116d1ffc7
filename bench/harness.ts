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
  /** Kysely's Migrator, where it does the same work. */
  readonly kysely?: Contestant;
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
  readonly kysely?: number;
}

/** Lets everybody do it in turn, round after round, after one to warm up, and takes the median of each. */
export async function run(race: Race): Promise<Result> {
  const { ours, byHand, migrator, kysely, times = 1, rounds, what, on, budget } = race;
  const contestants = { ours, byHand, migrator, ...(kysely && { kysely }) };
  const durations: Record<keyof typeof contestants, number[]> = { ours: [], byHand: [], migrator: [], kysely: [] };
  for (let round = 0; round <= rounds; round += 1) {
    for (const [name, contestant] of Object.entries(contestants)) {
      const ms = await time(contestant);
      if (round > 0) durations[name as keyof typeof durations].push(ms / times);
    }
  }
  return {
    what,
    on,
    budget,
    ours: median(durations.ours),
    byHand: median(durations.byHand),
    migrator: median(durations.migrator),
    ...(kysely && { kysely: median(durations.kysely) }),
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
