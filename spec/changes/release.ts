import type { EntitySchema } from '@mikro-orm/core';
import { describeEntities } from '../../lib/models/describe-entities.ts';
import type { StorageDescription } from '../../lib/models/description.ts';
import { fingerprint } from '../../lib/models/fingerprint.ts';
import { describeModule } from '../../lib/models/frozen-models.ts';
import type { EntitySource } from '../../lib/models/metadata-reading.ts';
import { parseAnswers } from '../../lib/changes/parse-answers.ts';
import { fileChanges } from '../../lib/changes/rename-over-three.ts';
import { resolve, type Resolution } from '../../lib/changes/resolve-answers.ts';
import { stepSource, type StepSource } from '../../lib/step-source/step-methods.ts';
import { withVersion } from '../../lib/version-file/version-lines.ts';
import { versionSource } from '../../lib/version-file/version-source.ts';
import type { Cell } from './matrix/cell.ts';
import type { Modules } from './modules-in-memory.ts';
import { entitiesOf, offline } from './workspace.ts';

const library = import.meta.resolve('../../lib/index.ts').replace(/^file:\/\//, '');

/** Two releases of an application, written down as a person would have it done. */
export interface Releases {
  readonly resolution: Resolution;
  readonly step: StepSource;
  /** The module that exports `First` and `Second`, the Schema of each release. */
  readonly schema: Record<
    'First' | 'Second',
    new (orm: object) => { upgrade(): Promise<unknown>; downgrade(version: number, options: object): Promise<unknown> }
  >;
  /** Each made anew, since no two ORMs may share them. */
  entitiesOf(release: 1 | 2): EntitySchema[];
}

/** Freezes both releases of a cell in a folder of the workspace, and writes the step between them. */
export async function release(
  workspace: Modules,
  folder: string,
  cell: Cell,
  dialect: 'sqlite' | 'postgresql',
): Promise<Releases> {
  const ormOf = (entities: object) => offline(dialect, entities, cell.orm);
  return releaseOf(workspace, folder, cell, [ormOf(cell.before()), ormOf(cell.after())]);
}

/** Does it for ORMs that exist, each with the entities of a release. */
export async function releaseOf(
  workspace: Modules,
  folder: string,
  cell: Cell,
  [first, second]: readonly [EntitySource, EntitySource],
): Promise<Releases> {
  const one = await freeze(first, 1, {});
  const before = describeModule(second, one.module, { name: 'version 1' });
  assertMeans(before, describeEntities(first));
  const resolution = resolve(before, describeEntities(second), parseAnswers(cell.answers ?? {}));
  if (resolution.questions.length > 0) throw new Error(resolution.questions.map(({ text }) => text).join(' '));
  const two = await freeze(second, 2, {
    earlier: { version: 1, module: one.module, text: one.text },
    changes: fileChanges(resolution.overThree),
  });
  assertMeans(describeModule(second, two.module, { name: 'version 2' }), resolution.after);

  const index = withVersion(undefined, { version: 1, fingerprint: fingerprint(before) });
  workspace.write(
    `${folder}/versions/index.ts`,
    withVersion(index, { version: 2, fingerprint: fingerprint(resolution.after) }),
  );
  const step = stepSource(resolution, { version: 2 });
  workspace.write(`${folder}/schema.ts`, schemaText(step));
  return {
    resolution,
    step,
    schema: await workspace.load(`${folder}/schema.ts`),
    entitiesOf: number => {
      if (number === 1) return entitiesOf(cell.before());
      // A rename over three versions asks the application to have both properties for now.
      return entitiesOf(resolution.overThree.length > 0 ? two.module : cell.after());
    },
  };

  async function freeze(source: EntitySource, version: number, options: Parameters<typeof versionSource>[2]) {
    const text = versionSource(source, version, options);
    workspace.write(`${folder}/versions/${version}.ts`, text);
    const module = await workspace.load(`${folder}/versions/${version}.ts`);
    return { text, module };
  }
}

function assertMeans(written: StorageDescription, wanted: StorageDescription): void {
  if (fingerprint(written) !== fingerprint(wanted)) {
    throw new Error(`what was written means ${JSON.stringify(written)}, and should mean ${JSON.stringify(wanted)}`);
  }
}

function schemaText({ upgrade, downgrade, options, imports, types }: StepSource): string {
  const indented = (text: string) => text.replaceAll(/^(?=.)/gm, '  ');
  return `import { Schema, ${types.length > 0 ? 'type Step, ' : ''}type Steps } from '${library}';
${imports.map(({ module, names }) => `import { ${names.join(', ')} } from '${module}';\n`).join('')}import { versions${types.map(type => `, type ${type}`).join('')} } from './versions/index.ts';

export class First extends Schema {
  readonly guid = 'zoo';
  readonly latest = 1;
  override readonly versions = { 1: versions[1] };
}

export class Second extends Schema {
  readonly guid = 'zoo';
  readonly latest = 2;
  override readonly versions = versions;
  override readonly steps: Steps = { 2: ${JSON.stringify(options)} };

${indented(upgrade.text)}

${indented(downgrade.text)}
}
`;
}
