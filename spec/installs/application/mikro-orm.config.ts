import { defineConfig } from '@mikro-orm/sqlite';
import { Animal } from './entities.ts';

export const dbName = process.env['ZOO_DATABASE'] ?? 'zoo.db';

export default defineConfig({ dbName, entities: [Animal] });
