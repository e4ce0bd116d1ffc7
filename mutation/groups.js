/**
 * The pure middle, in groups: the files that Stryker changes, and the specs that need no database and have to notice it.
 *
 * @type {Readonly<Record<string, { readonly files: readonly string[]; readonly specs: readonly string[] }>>}
 */
export const GROUPS = {
  versions: {
    files: ['lib/version.ts', 'lib/boot/{compatible,planned-steps}.ts', 'lib/boot/modules/{needs,order-modules}.ts'],
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
      'lib/models/{description,fingerprint,metadata-reading}.ts',
      'lib/models/{property-size,show-differences,sql-text}.ts',
    ],
    specs: ['models/{describe-entities,description,fingerprint,metadata-reading,show-differences,sql-text}'],
  },
  describing: {
    files: ['lib/models/{bind-module,describe-entities,describe-indexes,describe-properties}.ts'],
    specs: [
      'models/{bind-module,describe-entities,describe-indexes,describe-properties,describe-rarities,describe-tables,fingerprint}',
    ],
  },
  answers: {
    files: [
      'lib/changes/{answer-targets,fills,parse-answers,property-shape,questions}.ts',
      'lib/changes/{rename-over-three,rename-questions,resemblance,resolve-answers}.ts',
    ],
    specs: [
      'changes/{answer-targets,fills,parse-answers,property-shape,questions,resemblance,resolve-answers,with-both}',
      'step-source/*',
    ],
  },
  changes: {
    files: ['lib/changes/{apply-renames,compare-versions,storage-changes}.ts', 'lib/changes/tables/*.ts'],
    specs: ['changes/{attributes,compare-versions,questions,resolve-answers}', 'step-source/*'],
  },
};
