import { TestEnvironment } from 'jest-environment-node';

/*
 * Jest gives its workers half a second to end, and kills them with a warning after it. Taking down a heap of several hundred
 * megabytes takes longer, and nobody needs it to be taken down: `process.exit` leaves it as it is.
 */
if (process.send) process.once('exit', () => process.exit());

export default TestEnvironment;
