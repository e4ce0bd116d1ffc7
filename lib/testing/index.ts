export { proveSchema, type NamedCheck, type ProveOptions } from './prove-schema.ts';
export type { ProvableSchema } from './subject.ts';
