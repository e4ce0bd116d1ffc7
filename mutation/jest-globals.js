// What a spec imports from '@jest/globals', where the specs run without Jest: its own `expect` and `each`.
export const { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } = globalThis.dejavuSpecs;
