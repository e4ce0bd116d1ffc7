import { describeMatrix } from './support/describe-matrix.ts';
import { kinds } from './support/matrix.ts';

// All that the shorter suite leaves out.
const count = Object.keys(kinds).length;
describeMatrix((operation, kind) => kind !== operation % count);
