export { dejavu, type DejavuPluginOptions } from './plugin.ts';
