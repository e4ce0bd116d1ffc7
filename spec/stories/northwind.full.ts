import { postgresql } from '../support/databases.ts';
import { liveThrough } from './samples/life.ts';
import { releases } from './samples/northwind/releases.ts';

liveThrough('northwind', [postgresql], releases);
