#!/usr/bin/env node
await import('../../lib/cli/bin.ts');
