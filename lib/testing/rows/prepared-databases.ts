import type { Rename } from '../../drift/renames.ts';
import type { LentKind } from '../databases/lender.ts';
import { FileImage } from '../databases/file-image.ts';
import type { ProofPlace } from '../law.ts';
import type { CapturedRows } from '../row-comparison/captured-rows.ts';
import { upgradeRecorded } from '../row-comparison/kept-rows.ts';
import type { Unfilled } from './generate-rows.ts';
import { captureRows, installAt, type InstallAtOptions } from './install-at.ts';

/** A lent database at a version, with rows in it. */
interface PreparedPlace extends ProofPlace {
  /** The tables without rows, and why. */
  readonly unfilled: readonly Unfilled[];
  /** The names of the entities with rows in a table, by its title. */
  readonly entitiesOf: ReadonlyMap<string, readonly string[]>;
  /** The rows that it had at first. Read them before they change. They are disposed of with the database. */
  readonly rowsAtFirst: () => Promise<CapturedRows>;
}

/** A lent database that steps led to another version. */
interface UpgradedPlace extends PreparedPlace {
  /** What the steps renamed. */
  readonly renames: readonly Rename[];
}

/** The steps that lead a database from a version with rows in it to another one. */
interface Upgrading {
  readonly from: number;
  readonly to: number;
  readonly options: InstallAtOptions;
  /** Whether `rowsAtFirst` is needed. */
  readonly withRows?: boolean;
}

type Lend = <T>(work: (place: ProofPlace) => Promise<T>, kind?: LentKind) => Promise<T>;

/** A database that was prepared once, to be copied. */
interface Prepared {
  readonly image: FileImage;
  readonly unfilled: readonly Unfilled[];
  readonly entitiesOf: ReadonlyMap<string, readonly string[]>;
  /** Rows that fit in memory are read once. */
  rows?: CapturedRows;
}

/** A database that steps led to another version once, to be copied. */
interface Upgraded {
  readonly image: FileImage;
  readonly from: Prepared;
  readonly renames: readonly Rename[];
}

/** A larger database is prepared each time, and so are databases when all copies take this much: memory stays flat. */
const [LARGEST, MOST] = [4 * 1024 * 1024, 256 * 1024 * 1024];

/**
 * Lends databases at a version with rows in it, also after steps. Each is prepared once, and then copied if it is a file:
 * several checks look at the same step with the same rows.
 */
export class PreparedDatabases {
  readonly #lend: Lend;
  readonly #prepared = new Map<string, Prepared>();
  readonly #upgraded = new Map<string, Upgraded>();
  #fresh: FileImage | undefined;
  #bytes = 0;

  constructor(lend: Lend) {
    this.#lend = lend;
  }

  /** Lends a database after a fresh installation. */
  async lendFresh<T>(work: (place: ProofPlace) => Promise<T>): Promise<T> {
    return this.#lend(async place => {
      if (this.#fresh && place.address !== undefined) this.#fresh.writeTo(place.address);
      else {
        await place.schema().upgrade({ install: true, verify: 'report' });
        this.#fresh = this.#keep(place);
      }
      return work(place);
    }, 'lasting');
  }

  /** Lends a database at a version, with the rows that the options lead to. */
  async lendAt<T>(version: number, options: InstallAtOptions, work: (place: PreparedPlace) => Promise<T>): Promise<T> {
    return this.#lend(async place => useOf(place, await this.#prepare(place, version, options), work), 'lasting');
  }

  /** Reads the rows of such a database. Dispose of them afterwards. */
  async rowsAt(version: number, options: InstallAtOptions): Promise<CapturedRows> {
    const { rows } = this.#prepared.get(nameOf(version, options)) ?? {};
    return rows ?? this.lendAt(version, options, ({ call }) => captureRows(call()));
  }

  /**
   * Lends a database that was prepared so, after the steps to another version. The steps run once if the database is a file.
   *
   * @throws {@link StepFailedError}
   */
  async lendUpgraded<T>(way: Upgrading, work: (place: UpgradedPlace) => Promise<T>): Promise<T> {
    const { from, to, options, withRows = false } = way;
    const name = `${nameOf(from, options)} ${to}`;
    return this.#lend(async place => {
      const known = this.#upgraded.get(name);
      if (known && place.address !== undefined) {
        known.image.writeTo(place.address);
        return useOf(place, known.from, one => work({ ...one, renames: known.renames }));
      }
      const prepared = await this.#prepare(place, from, options);
      return useOf(place, prepared, async one => {
        // They cannot be read from a copy of later.
        const rows = withRows || isFile(place) ? await one.rowsAtFirst() : undefined;
        const renames = await upgradeRecorded(place, to);
        const image = rows?.isInMemory ? this.#keep(place) : undefined;
        if (image) this.#upgraded.set(name, { image, from: prepared, renames });
        return work({ ...one, renames });
      });
    }, 'lasting');
  }

  async #prepare(place: ProofPlace, version: number, options: InstallAtOptions): Promise<Prepared> {
    const name = nameOf(version, options);
    const known = this.#prepared.get(name);
    if (known && place.address !== undefined) {
      known.image.writeTo(place.address);
      return known;
    }
    const { unfilled, rows } = await installAt(place.call(), version, options);
    const entitiesOf = new Map(rows.tables.map(({ table: { title, entities } }) => [title, entities]));
    const image = this.#keep(place);
    const made: Prepared = { image: image ?? FileImage.NONE, unfilled, entitiesOf };
    if (image) this.#prepared.set(name, made);
    return made;
  }

  /** Copies a database that is a file, and not too large. */
  #keep(place: ProofPlace): FileImage | undefined {
    if (!isFile(place)) return undefined;
    const image = FileImage.of(place.address);
    if (image.bytes === 0 || image.bytes > LARGEST || this.#bytes + image.bytes > MOST) return undefined;
    this.#bytes += image.bytes;
    return image;
  }
}

function isFile(place: ProofPlace): place is ProofPlace & { readonly address: string } {
  return place.address !== undefined && place.call().database.dialect.capabilities.files;
}

function nameOf(version: number, { rows: asked, ...options }: InstallAtOptions): string {
  // Rows of the user's own are the same for all checks, and may hold values that JSON has not.
  const rows = typeof asked === 'object' ? 'own' : asked;
  return JSON.stringify([version, options.plain, options.toward, rows]);
}

async function useOf<T>(place: ProofPlace, prepared: Prepared, work: (place: PreparedPlace) => Promise<T>): Promise<T> {
  let own: CapturedRows | undefined;
  const rowsAtFirst = async () => {
    own ??= prepared.rows ?? (await captureRows(place.call()));
    if (own.isInMemory) prepared.rows = own;
    return own;
  };
  try {
    const { unfilled, entitiesOf } = prepared;
    return await work({ ...place, unfilled, entitiesOf, rowsAtFirst });
  } finally {
    await own?.[Symbol.asyncDispose]();
  }
}
