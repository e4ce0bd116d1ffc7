import type { SqlEntityManager } from '@mikro-orm/sql';
import type { DriftContext } from '../../drift/two-looks.ts';
import type { FrozenModels } from '../../drift/wanted-storage.ts';
import { openModels } from '../../models/frozen-models.ts';
import type { HeldConnection } from '../../store/connection.ts';
import type { Call } from '../call.ts';
import { withEntityManager } from '../run-step.ts';
import { loadVersion, nameOfVersion } from './load-version.ts';

/** The frozen versions in the transaction under way, and what it takes to compare storage with them. */
export interface OpenVersions {
  readonly context: DriftContext;
  readonly em: SqlEntityManager;
  /** Opens a version, once; `undefined` if it was not frozen. */
  readonly open: (version: number) => Promise<FrozenModels | undefined>;
  /** Opens all of them. */
  readonly all: () => Promise<readonly FrozenModels[]>;
}

interface OpeningOptions {
  /** The EntityManager that they are made from; a new one by default. */
  readonly em?: SqlEntityManager | undefined;
  readonly strict?: DriftContext['strict'];
}

/** Lends `work` the frozen versions in the transaction under way. */
export async function withVersions<T>(
  held: HeldConnection,
  call: Call,
  work: (versions: OpenVersions) => Promise<T>,
  { em, strict }: OpeningOptions = {},
): Promise<T> {
  const { guid, namespace, dialect } = call.database;
  const editor = await dialect.load.editor();
  const opened = new Map<number, FrozenModels>();
  const lend = (own: SqlEntityManager) => {
    const open = async (version: number) => {
      const known = opened.get(version);
      if (known) return known;
      const module = await loadVersion(call, version);
      if (!module) return undefined;
      const models = openModels(own, module, { name: nameOfVersion(version), guid, namespace });
      opened.set(version, models);
      return models;
    };
    const all = async () => {
      for (const version of call.definition.frozen) await open(version);
      return [...opened.values()];
    };
    return work({ context: { guid, held, editor, namespace, strict }, em: own, open, all });
  };
  return withEntityManager(held, call, lend, em);
}
