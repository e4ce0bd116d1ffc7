import { describeAnyChange } from './any-change.ts';

// The same ones each time: nobody's change is refused for what another one brought.
describeAnyChange({ runs: { sqlite: 24, postgresql: 4 }, seed: 7, compiled: 0 });
