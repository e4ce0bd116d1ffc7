import { afterEach, expect, test } from '@jest/globals';
import { CLIHelper } from '@mikro-orm/cli';
import {
  commandConfiguration,
  commandSettings,
  configurationPaths,
  registerLoader,
} from '../../lib/mikro-orm/command-helper.ts';

const { getSettings, registerTypeScriptSupport } = CLIHelper;
afterEach(() => {
  Object.assign(CLIHelper, { getSettings, registerTypeScriptSupport });
});

test("what a project is set up with is what MikroORM's command says", async () => {
  expect(commandSettings()).toEqual(CLIHelper.getSettings());
  expect(await configurationPaths()).toContain('./mikro-orm.config.js');
  await expect(commandConfiguration('default', ['./nowhere.config.js'])).rejects.toThrow(
    'MikroORM config file not found',
  );
});

test('a part that is gone is named', async () => {
  Reflect.set(CLIHelper, 'registerTypeScriptSupport', undefined);
  await expect(registerLoader({})).rejects.toThrow('has no CLIHelper.registerTypeScriptSupport() any more');
  Reflect.set(CLIHelper, 'getSettings', undefined);
  expect(() => commandSettings()).toThrow('has no CLIHelper.getSettings() any more');
});
