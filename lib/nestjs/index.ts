export { DejavuModule, type DejavuAsyncOptions, type DejavuOptions, type SchemaEntry } from './dejavu-module.ts';
export { DejavuHealthIndicator, type HealthResult } from './health-indicator.ts';
