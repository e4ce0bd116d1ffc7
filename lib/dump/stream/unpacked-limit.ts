import { DumpInvalidError } from '../../errors.ts';

/** A dump is JSON, of which gzip and zstd make a tenth, and rarely less than a hundredth. */
const MAX_RATIO = 300;
/** What any stream may unpack to, in bytes. */
const ALWAYS = 64 * 1024 ** 2;

/** How much a stream may unpack to. */
interface Unpacking {
  readonly guid: string;
  /** The bytes that were read of it so far. */
  readonly packed: () => number;
  /** The limit that the call sets. */
  readonly maxBytes: number | undefined;
}

/**
 * Passes on what a stream unpacks to, as long as that is no more than the call allows, or than a dump may be.
 *
 * @throws {@link DumpInvalidError}
 */
export async function* upToLimit(chunks: AsyncIterable<Buffer>, unpacking: Unpacking): AsyncGenerator<Buffer> {
  let total = 0;
  for await (const chunk of chunks) {
    total += chunk.length;
    assertWithin(unpacking, total);
    yield chunk;
  }
}

function assertWithin({ guid, packed, maxBytes }: Unpacking, total: number): void {
  const limit = maxBytes ?? Math.max(ALWAYS, MAX_RATIO * packed());
  if (total <= limit) return;
  const why = maxBytes === undefined ? `, ${MAX_RATIO} times its size` : '';
  throw new DumpInvalidError(
    `the dump unpacks to more than ${limit} bytes${why}. Nothing was written. If you know where it comes from, allow more: ` +
      '`--max-unpacked-bytes <n>`, or { maxUnpackedBytes: n }.',
    { guid },
  );
}
