import { diagramOf, type Diagram } from '../../../pictures/diagram.ts';
import { dbml } from '../../../pictures/dbml.ts';
import { drawChanges, drawHistory, readVersion } from '../../../pictures/history.ts';
import { layOutDiagrams, loadViz } from '../../../pictures/lay-out.ts';
import { mermaid } from '../../../pictures/mermaid.ts';
import { onlyChanges, textBoxes } from '../../../pictures/text-boxes.ts';
import { svg } from '../../../pictures/svg.ts';
import type { StorageDescription } from '../../../models/description.ts';
import type { CommandResult, Given } from '../../command.ts';
import { EXIT_CODES, UsageError } from '../../exit-codes.ts';
import type { Flags } from '../../line/flags.ts';
import type { Target } from '../../project/project-schemas.ts';
import { sayCount, type Paint } from '../../tables-and-colours.ts';
import { onlySchema } from '../each-schema.ts';
import { colourOf } from './mark-colours.ts';
import { historyPage } from './history-page.ts';
import { assertReplaceable, writePicture } from './write-picture.ts';
import { writtenSteps } from './written-steps.ts';

const NOTHING_FROZEN = 'No version is frozen. Run npx dejavu init.';

const FORMS = ['mermaid', 'dbml', 'svg', 'html'] as const;

/** The part of a Schema to show. */
interface ShownVersion {
  readonly version: number;
  readonly from: number | undefined;
  readonly diagram: Diagram;
  readonly description: StorageDescription;
}

/** Shows the entities of a frozen version, or what changed between two. Uses no database, but for the history of a page. */
export async function show(given: Given): Promise<CommandResult> {
  const { flags, version } = given;
  assertFlags(flags, version);
  const target = onlySchema(given);
  const { guid } = target.definition;
  if (flags.html !== undefined) {
    if (target.definition.frozen.length === 0) throw new UsageError(`${guid}: ${NOTHING_FROZEN}`);
    assertReplaceable(flags.html, 'html');
    const {
      drawn,
      notes,
      text: page,
    } = await historyPage(target, await vizFor('--html'), () =>
      drawHistory(target.schema, target, writtenSteps(target)),
    );
    writePicture(flags.html, page);
    const text = [`${guid}: ${sayCount(drawn, 'version')} in ${flags.html}`, ...notes].join('\n');
    return { code: EXIT_CODES.done, schemas: [{ guid, versions: drawn, file: flags.html, notes }], text: `${text}\n` };
  }
  const shown = await findShown(target, version, flags.diff);
  const { diagram } = shown;
  const data = { guid, version: shown.version, ...(shown.from !== undefined && { from: shown.from }), diagram };
  return { code: EXIT_CODES.done, schemas: [data], text: await textOf(shown, guid, given) };
}

async function textOf(
  { version, from, diagram, description }: ShownVersion,
  guid: string,
  given: Given,
): Promise<string> {
  const { flags, paint } = given;
  if (flags.mermaid) return mermaid(diagram);
  if (flags.dbml) return dbml(description);
  if (flags.svg !== undefined) {
    assertReplaceable(flags.svg, 'svg');
    const layout = layOutDiagrams(await vizFor('--svg'), [{ diagram, identities: new Map() }]);
    writePicture(flags.svg, svg(diagram, layout));
    return `${guid}: version ${version} in ${flags.svg}\n`;
  }
  const what = from === undefined ? `version ${version}` : `from version ${from} to ${version}`;
  const drawn = from === undefined ? diagram : onlyChanges(diagram);
  const nothing = from !== undefined && drawn.boxes.length === 0 ? ['nothing changed'] : [];
  return `${[`${paint('bold', guid)}: ${what}`, ...nothing, ...textBoxes(drawn, columns(), markLine(paint))].join('\n')}\n`;
}

function markLine(paint: Paint) {
  return (mark: Parameters<typeof colourOf>[0], text: string) => paint(colourOf(mark), text);
}

function columns(): number {
  return process.stdout.columns ?? 100;
}

async function findShown(target: Target, version: number | undefined, diff: Flags['diff']): Promise<ShownVersion> {
  const { schema, definition } = target;
  const read = async (wanted: number) => {
    const description = await readVersion(target, wanted);
    if (description) return description;
    const known = definition.frozen.toSorted((a, b) => a - b).join(', ');
    throw new UsageError(
      `${definition.guid}: version ${wanted} is not frozen. ${known === '' ? NOTHING_FROZEN : `These are: ${known}.`}`,
    );
  };
  if (!diff) {
    const wanted = version ?? definition.latest;
    const description = await read(wanted);
    return { version: wanted, from: undefined, description, diagram: diagramOf(description) };
  }
  const [from, to] = diff;
  if (from >= to) throw new UsageError(`--diff goes from the older version to the newer one: --diff ${to}..${from}.`);
  const [before, after] = [await read(from), await read(to)];
  return { version: to, from, description: after, diagram: drawChanges(schema, [from, before], [to, after]) };
}

function assertFlags(flags: Flags, version: number | undefined): void {
  const forms = FORMS.filter(form => flags[form] !== undefined);
  if (forms.length > 1) throw new UsageError(`Use one of ${forms.map(form => `--${form}`).join(', ')}.`);
  if (version !== undefined && flags.diff) throw new UsageError('Use a version or --diff, not both.');
  if (flags.html !== undefined && (version !== undefined || flags.diff))
    throw new UsageError('--html shows all versions. Leave out the version and --diff.');
  if (flags.dbml && flags.diff)
    throw new UsageError('DBML cannot express changes. Use --mermaid or --svg with --diff.');
}

async function vizFor(flag: string) {
  const viz = await loadViz();
  if (viz) return viz;
  throw new UsageError(
    `${flag} needs the package @viz-js/viz, which lays out the boxes. Run npm install --save-dev @viz-js/viz.`,
  );
}
