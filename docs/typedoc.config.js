import { readFileSync } from 'node:fs';

const { exports: doors } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

/** One page for each door of the package. */
const config = {
  plugin: ['typedoc-plugin-markdown', './typedoc-doors.js'],
  tsconfig: './tsconfig.api.json',
  entryPoints: Object.values(doors).flatMap(({ default: file }) =>
    file ? [file.replace('./dist', '../lib').replace(/js$/, 'ts')] : [],
  ),
  out: './api',
  name: 'API reference',
  entryFileName: 'index',
  readme: 'none',
  outputFileStrategy: 'modules',
  excludePrivate: true,
  excludeExternals: true,
  disableSources: true,
  hidePageHeader: true,
  hideBreadcrumbs: true,
  parametersFormat: 'table',
  interfacePropertiesFormat: 'table',
  classPropertiesFormat: 'table',
  typeDeclarationFormat: 'table',
  // the compiler of the library checked it
  skipErrorChecking: true,
  validation: { notExported: false },
};

export default config;
