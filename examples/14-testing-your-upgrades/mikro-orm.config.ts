import { defineConfig } from '@mikro-orm/sqlite';
import { Animal, Keeper } from './entities.ts';

export default defineConfig({ dbName: process.env['ZOO_DATABASE'] ?? 'zoo.db', entities: [Animal, Keeper] });
