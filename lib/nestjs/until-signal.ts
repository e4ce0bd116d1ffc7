const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/**
 * Gives work a signal that is aborted when the process receives SIGTERM or SIGINT. NestJS handles these signals only after it
 * has created the application.
 *
 * Work that succeeds nevertheless does not cancel the stop: the signal is sent again, to the listeners that exist by then.
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
