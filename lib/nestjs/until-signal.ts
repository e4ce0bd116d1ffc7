const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/**
 * Gives work a signal that is aborted when the process is told to stop. NestJS hears such signals itself only when the
 * application has been created.
 */
export async function untilSignal<T>(
  work: (signal: AbortSignal) => Promise<T>,
  outer: AbortSignal | undefined,
): Promise<T> {
  const controller = new AbortController();
  const stop = (name: NodeJS.Signals) => controller.abort(new Error(`received ${name}`));
  for (const name of SIGNALS) process.on(name, stop);
  try {
    return await work(outer ? AbortSignal.any([outer, controller.signal]) : controller.signal);
  } finally {
    for (const name of SIGNALS) process.off(name, stop);
  }
}
