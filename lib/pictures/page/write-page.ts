import type { StepPlan } from '../../plan/plan-data.ts';
import { makeDraw } from '../draw.ts';
import { makeMeasure } from '../measure.ts';
import type { DrawnVersion } from '../history.ts';
import type { Layout } from '../lay-out.ts';
import { packVersions } from './page-data.ts';
import { PAGE_SCRIPT } from './script.ts';
import { PAGE_STYLE, PICTURE_STYLE } from './style.ts';

/** A line of the history of a database. */
export interface PageLine {
  readonly to: number;
  readonly title: string;
  readonly more: string;
}

/** The content of a page. */
interface PageData {
  readonly guid: string;
  readonly versions: readonly DrawnVersion[];
  readonly layout: Layout;
  /** The plan of each step, by the version that it leads to; empty if no database answered. */
  readonly plans: ReadonlyMap<number, StepPlan>;
  /** The name of the database of the history. */
  readonly database: string | undefined;
  readonly log: readonly PageLine[];
}

/** Writes one HTML page that needs nothing else: no server, no network, no other file. */
export function writePage({ guid, versions, layout, plans, database, log }: PageData): string {
  const data = {
    ...packVersions(versions, plans),
    layout: { ...layout, places: [...layout.places] },
    database,
    log,
  };
  const title = `${guid}: versions of the storage`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>${escapeHtml(title)}</title>
<style>${PAGE_STYLE}${PICTURE_STYLE}</style>
</head>
<body>
<header>
<h1>${escapeHtml(guid)}</h1>
<button id="back" title="the version before (←)">←</button>
<input id="slider" type="range" min="0" value="0" step="1" aria-label="version">
<button id="forth" title="the next version (→)">→</button>
<output id="version" for="slider"></output>
<label><input id="changes" type="checkbox" checked> changes</label>
<input id="search" type="search" placeholder="find an entity (/)" aria-label="find an entity">
<span id="found" class="soft" role="status"></span>
<button id="whole" title="show all of it (0)">fit</button>
<button id="theme" title="light or dark">◐</button>
</header>
<main id="stage" tabindex="0" aria-label="diagram"></main>
<aside id="panel" aria-live="polite"></aside>
<script>
const DATA = ${scriptJson(data)};
const draw = (${inScript(makeDraw)})((${inScript(makeMeasure)})());
${PAGE_SCRIPT}
</script>
</body>
</html>
`;
}

/** The text of a function, which must not end the element. */
function inScript(make: (...given: never[]) => unknown): string {
  return make.toString().replaceAll('</script', String.raw`<\/script`);
}

/** JSON that may stand inside a script: nothing in it ends the element, and it is JavaScript. */
function scriptJson(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll('<', String.raw`\u003c`)
    .replaceAll('\u2028', String.raw`\u2028`)
    .replaceAll('\u2029', String.raw`\u2029`);
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
