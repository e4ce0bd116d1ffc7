import type { OpenedSchema, Progress, UpgradeOptions } from '../boot/call.ts';
import type { UpgradeReport } from '../boot/report.ts';
import { assertVersion, waitForVersion } from '../boot/verbs.ts';
import { describeHolder, reasonOf, SchemaTargetError } from '../errors.ts';
import { showDuration } from '../quantities.ts';
import { bringAllUpOrThrow, openAll } from '../modules/bring-all-up.ts';
import type { UpgradeAllOptions } from '../modules/upgrade-all.ts';
import { openSchema } from '../open-schema.ts';
import type { Schema } from '../schema.ts';
import type { BootLogger, BootMode, BootOptions, BootReport } from './on-boot.ts';

/** Carries out a call of `onBoot()`, and logs it. */
export async function boot(
  list: readonly Schema[],
  { mode = 'upgrade', logger = {}, ...options }: BootOptions,
): Promise<BootReport> {
  let said: string | undefined;
  const onProgress = (progress: Progress) => {
    const line = sayProgress(progress);
    // Waiting is reported several times a second. One line is enough.
    if (line !== undefined && line !== said) inform(logger, line);
    said = line;
    options.onProgress?.(progress);
  };
  const reporting = { ...options, onProgress };
  try {
    return { mode, schemas: await carryOutMode(list, mode, reporting, logger) };
  } catch (error) {
    logger.error?.(error instanceof Error ? error.message : reasonOf(error));
    throw error;
  }
}

async function carryOutMode(
  list: readonly Schema[],
  mode: BootMode,
  options: UpgradeOptions,
  logger: BootLogger,
): Promise<readonly UpgradeReport[]> {
  switch (mode) {
    case 'upgrade': {
      const [only] = list;
      const reports =
        only && list.length === 1
          ? [await only.upgrade(options)]
          : (await bringAllUpOrThrow(list, options as UpgradeAllOptions)).schemas;
      for (const { guid, outcome, to } of reports) inform(logger, `${guid}: ${outcome} at version ${to}`);
      return reports;
    }
    case 'assert':
      for (const call of callsOf(list, options)) await assertVersion(call);
      return [];
    case 'wait':
      for (const call of callsOf(list, options)) await waitForVersion(call);
      return [];
    default:
      throw new SchemaTargetError(`mode is ${String(mode)}. Use 'upgrade', 'assert' or 'wait'.`, { target: mode });
  }
}

function callsOf(list: readonly Schema[], options: UpgradeOptions): readonly ReturnType<OpenedSchema['call']>[] {
  // Several Schemas know each other from the list, and a single one from its options.
  const opened = list.length === 1 ? list.map(openSchema) : openAll(list);
  return opened.map(({ call }) => call(options, undefined));
}

function inform(logger: BootLogger, line: string): void {
  if (logger.info) logger.info(line);
  else logger.log?.(line);
}

/** One line of a log; `undefined` for rows under way, which come too often. */
function sayProgress(progress: Progress): string | undefined {
  const { guid, type } = progress;
  switch (type) {
    case 'waiting': {
      const { holder } = progress;
      return `${guid}: waiting for ${holder ? describeHolder(holder) : 'another process'}`;
    }
    case 'installing':
      return `${guid}: installing version ${progress.version}`;
    case 'started':
      return `${guid}: ${progress.method} started`;
    case 'finished':
      return `${guid}: ${progress.method} finished after ${showDuration(progress.ms)}`;
    default:
      return undefined;
  }
}
