import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Vitest ends a test after 5 seconds. A check of a long history may take longer.
  test: { dir: 'vitest', testTimeout: 60_000 },
});
