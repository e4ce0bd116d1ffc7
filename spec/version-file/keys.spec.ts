import { describeKeys } from './describe-keys.ts';

describeKeys(({ kind, counting }) => kind === 'number' && counting === 'unsaid');
