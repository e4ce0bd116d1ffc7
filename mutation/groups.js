/**
 * The pure middle, in groups: the files that Stryker changes, and the specs that need no database and have to notice it.
 *
 * @type {Readonly<Record<string, { readonly files: readonly string[]; readonly specs: readonly string[] }>>}
 */
export const GROUPS = {
  versions: {
    files: ['lib/version.ts', 'lib/boot/planned-steps.ts', 'lib/boot/modules/{needs,order-modules}.ts'],
    specs: ['version', 'boot/planned-steps', 'boot/modules/order-modules'],
  },
  deciding: {
    files: ['lib/boot/decide.ts', 'lib/boot/modules/heed-needs.ts'],
    specs: ['boot/decide', 'boot/modules/heed-needs'],
  },
  comparing: {
    files: [
      'lib/operations/compare-table.ts',
      'lib/drift/{compare-storage,difference-tree,ignore,renames,same-difference,show-difference,vanished}.ts',
    ],
    specs: [
      'operations/compare-table',
      'drift/{compare-storage,difference-tree,ignore,renames,same-difference,show-difference,vanished}',
    ],
  },
  models: {
    files: [
      'lib/models/{bind-module,describe-entities,describe-indexes,describe-properties,description,fingerprint}.ts',
      'lib/models/{inherited-options,metadata-reading,property-size,show-differences,sql-text,stored-names}.ts',
    ],
    specs: ['models/{bind-module,describe-entities,fingerprint,show-differences}'],
  },
  changes: {
    files: ['lib/changes/**/*.ts'],
    specs: ['changes/{compare-versions,questions,rename-over-three,resolve-answers}', 'step-source/*'],
  },
};
