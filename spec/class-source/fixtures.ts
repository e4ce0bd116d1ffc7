import { ClassEditor } from '../../lib/class-source/class-editor.ts';
import type { ClassPlace } from '../../lib/class-source/read-schema-class.ts';
import type { TakenStep } from '../../lib/class-source/step-text.ts';
import type { StepSource } from '../../lib/step-source/step-methods.ts';

/** What the editor makes of a file, text in and text out. */
export const addStep = (text: string, place: ClassPlace, { version, step }: { version: number; step: StepSource }) =>
  new ClassEditor(text, place).addStep(version, step);
export const removeStep = (text: string, place: ClassPlace, version: number) =>
  new ClassEditor(text, place).removeStep(version);
export const takeStep = (text: string, place: ClassPlace, version: number) =>
  new ClassEditor(text, place).takeStep(version);
export const putStep = (text: string, place: ClassPlace, step: TakenStep) => new ClassEditor(text, place).putStep(step);

/** A step as `dejavu next` has it written, with everything that one may bring along. */
export function stepTo(version: number, more: Partial<StepSource> = {}): StepSource {
  const [from, to] = [`V${version - 1}`, `V${version}`];
  return {
    upgrade: {
      name: `upgradeTo_${version}`,
      text: `async upgradeTo_${version}(step: Step<${from}, ${to}>) {
  const { before, after } = step;
  await step.addProperty(after.Animal, 'legs', { fill: 4 });

  // What is to be kept of Animal's food moves here: below it is gone.
  await step.dropProperty(before.Animal, 'food');
}`,
    },
    downgrade: {
      name: `downgradeTo_${version - 1}`,
      text: `async downgradeTo_${version - 1}(step: Step<${to}, ${from}>) {
  const { before, after } = step;
  await step.addProperty(after.Animal, 'food', { fill: "the keeper's" });
  await step.dropProperty(before.Animal, 'legs');
}`,
    },
    options: { compatible: version - 1, lossy: 'drops Animal.legs' },
    imports: [],
    types: [from, to],
    ...more,
  };
}

/** A step of data only, as it is before somebody has filled it in. */
export function emptyStepTo(version: number): StepSource {
  return {
    upgrade: { name: `upgradeTo_${version}`, text: `async upgradeTo_${version}() {\n  // Move data here.\n}` },
    downgrade: {
      name: `downgradeTo_${version - 1}`,
      text: `async downgradeTo_${version - 1}() {\n  // Move data here.\n}`,
    },
    options: {},
    imports: [],
    types: [],
  };
}

/** Files as they are met, and what is special about each. The version that comes next is always `latest` plus one. */
export interface Fixture {
  readonly name: string;
  readonly className: string;
  readonly latest: number;
  readonly text: string;
}

const crlf = (text: string) => text.replaceAll('\n', '\r\n');

export const fixtures: readonly Fixture[] = [
  {
    name: 'the first step of a class',
    className: 'ZooSchema',
    latest: 1,
    text: `import { Schema } from 'mikro-orm-dejavu';
import { versions } from './versions/index.ts';

export class ZooSchema extends Schema {
  readonly guid = 'zoo';
  readonly latest = 1;
  override readonly versions = versions;
}
`,
  },
  {
    name: 'steps that are there, comments at the ends of lines, and another class below',
    className: 'ZooSchema',
    latest: 2,
    text: `// The zoo's storage.
import { Schema, type Step, type Steps } from 'mikro-orm-dejavu'; // one package
import { versions, type V1, type V2 } from './versions/index.ts'; // frozen

/** What the zoo keeps. */
export class ZooSchema extends Schema {
  readonly guid = 'zoo'; // never changes
  readonly latest = 2; // one more with each change
  override readonly versions = versions;
  override readonly steps: Steps = { 2: { compatible: 1 } };

  // ---- steps ----

  /** Legs. */
  async upgradeTo_2(step: Step<V1, V2>) {
    await step.addProperty(step.after.Animal, 'legs', { fill: 4 });
  } // the end of 2

  // ---- others ----

  override async onInstall() {}
}

export class Aquarium extends Schema {
  readonly guid = 'aquarium';
  readonly latest = 7;
}
`,
  },
  {
    name: 'tabs, double quotes, no semicolons',
    className: 'ZooSchema',
    latest: 2,
    text: `import { Schema, type Step } from "mikro-orm-dejavu"
import { versions, type V1, type V2 } from "./versions/index.js"

export class ZooSchema extends Schema {
	readonly guid = "zoo"
	readonly latest = 2
	override readonly versions = versions

	async upgradeTo_2(step: Step<V1, V2>) {
		await step.addProperty(step.after.Animal, "legs", { fill: 4 })
	}
}
`,
  },
  {
    name: 'lists over several lines, types imported by themselves, four spaces',
    className: 'ZooSchema',
    latest: 3,
    text: `import {
    Schema,
} from 'mikro-orm-dejavu';
import type {
    Step,
    Steps,
} from 'mikro-orm-dejavu';
import { versions } from './versions/index.ts';
import type { V1, V2 } from './versions/index.ts';

export class ZooSchema extends Schema {
    public readonly guid = 'zoo';
    public readonly latest = 3 as const;
    public override readonly versions = versions;
    public override readonly steps: Steps = {
        2: { compatible: 1 }, // additive
        3: {
            lossy: 'forgets',
        }, // not so
    };

    async upgradeTo_2(step: Step<V1, V2>) {
        await step.addProperty(step.after.Animal, 'legs', { fill: 4 });
    }

    async downgradeTo_1() {}

    upgradeTo_3 = async () => {};

    async downgradeTo_2() {}

    private helper() {}
}
`,
  },
  {
    name: 'a class by default with decorators, a constructor, and a namespace import',
    className: 'default',
    latest: 1,
    text: `import * as dejavu from 'mikro-orm-dejavu';
import * as frozen from './versions/index.ts';

@Injectable()
export default class extends dejavu.Schema {
  guid = 'zoo';
  latest = 1;
  override versions = frozen.versions;

  constructor(@Inject() orm: any, private readonly log: any) {
    super(orm);
  }

  @Logged() override async onInstall() {}
}
`,
  },
  {
    name: 'a class expression in a function, names that are taken, no versions yet',
    className: 'ZooSchema',
    latest: 1,
    text: `import { Schema as Base } from 'mikro-orm-dejavu';
import { Step, type V1 } from './wizard.ts';

const versions = new Step<V1>();

export function makeSchema(Steps: number) {
  const ZooSchema = class extends Base {
    readonly guid = 'zoo' + Steps + versions;
    readonly latest: number = 1;
  };
  return ZooSchema;
}
`,
  },
  {
    name: 'no line between methods, entries in a line with a comma at the end',
    className: 'ZooSchema',
    latest: 3,
    text: `import dejavu, { Schema } from 'mikro-orm-dejavu';
import own from './versions';
export const ZooSchema = class Named extends Schema {
  readonly guid = dejavu.name; readonly latest = 3;
  override readonly versions = own.versions;
  override readonly steps = { 2: { compatible: 1 }, 3: { compatible: 2 }, };
  async upgradeTo_2() {}
  async downgradeTo_1() {}
  async upgradeTo_3() {}
  async downgradeTo_2() {}
};
`.replace('class Named', 'class'),
  },
  {
    name: 'all in one line',
    className: 'ZooSchema',
    latest: 1,
    text: `import { Schema } from 'mikro-orm-dejavu';
import { versions } from './versions/index.ts';
export class ZooSchema extends Schema { readonly guid = 'zoo'; readonly latest = 1; override readonly versions = versions; }
`,
  },
  {
    name: 'a base class of the application',
    className: 'ZooSchema',
    latest: 1,
    text: `import { AppSchema } from '../app-schema.js';
import { versions } from './versions/index.js';

export class ZooSchema extends AppSchema<'zoo'> {
  get latest() {
    return 1;
  }
  override readonly versions = { 1: versions[1] };
}
`,
  },
];

export const crlfFixtures: readonly Fixture[] = fixtures.map(({ name, text, ...rest }) => ({
  ...rest,
  name: `${name}, on Windows`,
  text: crlf(text),
}));
