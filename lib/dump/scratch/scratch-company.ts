import type { Call } from '../../boot/call.ts';
import { upgrade } from '../../boot/verbs.ts';
import { readRow } from '../../store/database.ts';
import { restoreDump } from '../restore/restore-database.ts';
import type { CompanyDump } from './company.ts';
import { onScratch, withScratchCall } from './scratch-call.ts';

/** A Schema in a scratch database, with those it needs around it. */
interface ScratchCompany {
  readonly call: Call;
  /** Brings it to a version, and before each step, those that the step depends on to the versions that it asks for. */
  readonly upgradeTo: (version: number) => Promise<void>;
  /** Brings those that a version depends on to the versions that it asks for. */
  readonly meetNeeds: (version: number) => Promise<void>;
}

/** The Schemas that go into a scratch database with one, and their rows. */
interface CompanyRows {
  readonly company: readonly Call[];
  /** Their dumps, made once there is a place for them. One without a dump is installed as soon as it is needed. */
  readonly dumps: readonly CompanyDump[] | (() => Promise<readonly CompanyDump[]>);
}

/** Makes an empty database for as long as `work` runs, as {@link withScratchCall} does, with the Schemas that one needs in it. */
export async function withScratchCompany<T>(
  call: Call,
  folder: string,
  { company, dumps }: CompanyRows,
  work: (place: ScratchCompany) => Promise<T>,
): Promise<T> {
  return withScratchCall(call, folder, async alone => {
    const { orm, name } = alone.database;
    const others = company.map(one => {
      const { install, adopt, allowLoss } = alone;
      return { ...onScratch(one, { orm, name }), install, adopt, allowLoss };
    });
    const among = (one: Call): Call => ({
      ...one,
      modules: [...others.filter(other => other !== one), ...one.modules.filter(module => !isAmong(module, others))],
    });
    const [scratch, around] = [among(alone), others.map(among)];
    const made = typeof dumps === 'function' ? await dumps() : dumps;
    for (const one of around) {
      const dump = made.find(({ guid }) => guid === one.definition.guid);
      if (dump) await restoreDump(one, dump.folder, { stay: true });
    }
    const climb = newClimb([scratch, ...around]);
    return work({
      call: scratch,
      upgradeTo: version => climb.upgradeTo(scratch, version),
      meetNeeds: version => climb.meetNeeds(scratch, version),
    });
  });
}

function isAmong({ definition }: Pick<Call, 'definition'>, all: readonly Call[]): boolean {
  return all.some(one => one.definition.guid === definition.guid);
}

/** Takes several Schemas up, each no further than another one asks for. */
function newClimb(all: readonly Call[]) {
  const underWay = new Set<string>();

  async function upgradeTo(call: Call, version: number): Promise<void> {
    const { guid, raisedAt } = call.definition;
    // A circle is reported by the upgrade, which finds a need that is not met.
    if (underWay.has(guid)) return;
    underWay.add(guid);
    try {
      const from = (await readRow(call.database, call))?.version;
      if (from !== undefined && from >= version) return;
      let reached = from;
      for (const raised of raisedAt.filter(one => from !== undefined && one > from && one <= version)) {
        if (reached !== undefined && raised - 1 > reached) await upgrade(call, (reached = raised - 1));
        await meetNeeds(call, raised);
      }
      await meetNeeds(call, version);
      await upgrade(call, version);
    } finally {
      underWay.delete(guid);
    }
  }

  async function meetNeeds(call: Call, version: number): Promise<void> {
    for (const [guid, needed] of call.definition.needsAt(version)) {
      const other = all.find(one => one.definition.guid === guid);
      if (other) await upgradeTo(other, needed);
    }
  }

  return { upgradeTo, meetNeeds };
}
