import type { LentKind } from '../databases/lender.ts';
import { FileImage } from '../databases/file-image.ts';
import type { ProofPlace } from '../law.ts';
import type { CapturedRows } from '../row-comparison/captured-rows.ts';
import type { Unfilled } from './generate-rows.ts';
import { captureRows, installAt, type InstallAtOptions } from './install-at.ts';

/** A lent database at a version, with rows in it. */
interface PreparedPlace extends ProofPlace {
  /** The tables without rows, and why. */
  readonly unfilled: readonly Unfilled[];
  /** The rows that it had at first. Read them before they change. They are disposed of with the database. */
  readonly rowsAtFirst: () => Promise<CapturedRows>;
}

type Lend = <T>(work: (place: ProofPlace) => Promise<T>, kind?: LentKind) => Promise<T>;

/** A database that was prepared once, to be copied. */
interface Prepared {
  readonly image: FileImage;
  readonly unfilled: readonly Unfilled[];
  /** Rows that fit in memory are read once. */
  rows?: CapturedRows;
}

/** A larger database is prepared each time: memory stays flat. */
const LARGEST = 4 * 1024 * 1024;

/**
 * Lends databases at a version with rows in it. Each is prepared once, and then copied if it is a file: several checks run the
 * same step on the same rows.
 */
export class PreparedDatabases {
  readonly #lend: Lend;
  readonly #known = new Map<string, Prepared>();

  constructor(lend: Lend) {
    this.#lend = lend;
  }

  /** Lends a database at a version, with the rows that the options lead to. */
  async lendAt<T>(version: number, options: InstallAtOptions, work: (place: PreparedPlace) => Promise<T>): Promise<T> {
    // Rows of the user's own are the same for all checks, and may hold values that JSON has not.
    const rows = typeof options.rows === 'object' ? 'own' : options.rows;
    const name = JSON.stringify([version, options.plain, options.toward, rows]);
    return this.#lend(async place => {
      const prepared = this.#known.get(name);
      if (prepared && place.address !== undefined) {
        prepared.image.writeTo(place.address);
        return useOf(place, prepared, work);
      }
      const { unfilled } = await installAt(place.call(), version, options);
      const image = imageOf(place);
      const made: Prepared = { image, unfilled };
      if (image.bytes > 0 && image.bytes <= LARGEST) this.#known.set(name, made);
      return useOf(place, made, work);
    }, 'lasting');
  }
}

function imageOf({ address, call }: ProofPlace): FileImage {
  const isFile = call().database.dialect.capabilities.files;
  return isFile && address !== undefined ? FileImage.of(address) : FileImage.NONE;
}

async function useOf<T>(place: ProofPlace, prepared: Prepared, work: (place: PreparedPlace) => Promise<T>): Promise<T> {
  let own: CapturedRows | undefined;
  const rowsAtFirst = async () => {
    own ??= prepared.rows ?? (await captureRows(place.call()));
    if (own.isInMemory) prepared.rows = own;
    return own;
  };
  try {
    return await work({ ...place, unfilled: prepared.unfilled, rowsAtFirst });
  } finally {
    await own?.[Symbol.asyncDispose]();
  }
}
