import { describeKeys } from './describe-keys.ts';

// All that the shorter suite leaves out.
describeKeys(({ kind, counting }) => kind !== 'number' || counting !== 'unsaid');
