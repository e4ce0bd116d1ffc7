// oxlint-disable typescript/no-extraneous-class -- modules of NestJS are classes with nothing in them
import { Module, type FactoryProvider } from '@nestjs/common';
import type { Schema } from '../schema.ts';
import { DejavuHealthIndicator } from './health-indicator.ts';

/** The Schemas that all `DejavuModule`s of one application have brought up. */
export class BootedSchemas {
  readonly list: Schema[] = [];
}

const BOOTED: FactoryProvider = { provide: BootedSchemas, useFactory: () => new BootedSchemas() };

const HEALTH: FactoryProvider = {
  provide: DejavuHealthIndicator,
  inject: [BootedSchemas],
  useFactory: ({ list }: BootedSchemas) => new DejavuHealthIndicator(list),
};

/** The module that all `DejavuModule`s of one application share. NestJS makes it once. */
export class DejavuHealthModule {}
Module({ providers: [BOOTED, HEALTH], exports: [BootedSchemas, DejavuHealthIndicator] })(DejavuHealthModule);
