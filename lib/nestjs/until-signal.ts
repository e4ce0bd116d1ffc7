const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/**
 * Gives work a signal that is aborted when the process is told to stop. NestJS hears such signals itself only when the
 * application has been created.
 *
 * Work that has ended well nevertheless does not make the process forget that it was told to stop: the signal is sent again, to
 * whoever listens by then.
 */
export async function untilSignal<T>(
  work: (signal: AbortSignal) => Promise<T>,
  outer: AbortSignal | undefined,
): Promise<T> {
  const controller = new AbortController();
  let received: NodeJS.Signals | undefined;
  const stop = (name: NodeJS.Signals) => {
    received = name;
    controller.abort(new Error(`received ${name}`));
  };
  for (const name of SIGNALS) process.on(name, stop);
  let result: T;
  try {
    result = await work(outer ? AbortSignal.any([outer, controller.signal]) : controller.signal);
  } finally {
    for (const name of SIGNALS) process.off(name, stop);
  }
  if (received) process.kill(process.pid, received);
  return result;
}
