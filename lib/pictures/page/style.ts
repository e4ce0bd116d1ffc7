/** The style of boxes and links, light and dark, shared by the page and by single SVG files. */
export const PICTURE_STYLE = `
svg { --ink: #1f2328; --soft: #59636e; --paper: #ffffff; --box: #ffffff; --head: #eaeef2; --edge: #8c959f;
  --added: #1a7f37; --added-soft: #dafbe1; --removed: #cf222e; --removed-soft: #ffebe9; --changed: #9a6700; --changed-soft: #fff8c5;
  font: 12px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
@media (prefers-color-scheme: dark) { svg:not(.light) { --ink: #e6edf3; --soft: #9198a1; --paper: #0d1117; --box: #151b23; --head: #262c36; --edge: #656c76;
  --added: #3fb950; --added-soft: #12361f; --removed: #f85149; --removed-soft: #47191c; --changed: #d29922; --changed-soft: #3b2e0a; } }
svg.dark { --ink: #e6edf3; --soft: #9198a1; --paper: #0d1117; --box: #151b23; --head: #262c36; --edge: #656c76;
  --added: #3fb950; --added-soft: #12361f; --removed: #f85149; --removed-soft: #47191c; --changed: #d29922; --changed-soft: #3b2e0a; }
.frame { fill: var(--box); stroke: var(--edge); }
/* A line is seen however small the whole is. */
.frame { vector-effect: non-scaling-stroke; }
.head { fill: var(--head); }
.box text { fill: var(--ink); }
.box .title { font-weight: 600; }
.box .type { fill: var(--soft); }
.field.key text:first-of-type { text-decoration: underline; }
.shade { fill: none; }
.link { fill: none; stroke: var(--edge); stroke-width: 1.4; }
.link.nullable { stroke-dasharray: 5 4; }
.link.extends { stroke-dasharray: 2 3; }
.marker { fill: none; stroke: context-stroke; stroke-width: 1.4; }
.box.added > .frame { stroke: var(--added); stroke-width: 2; } .box.added > .head { fill: var(--added-soft); }
.box.removed > .frame { stroke: var(--removed); stroke-width: 2; stroke-dasharray: 6 4; } .box.removed > .head { fill: var(--removed-soft); }
.box.changed > .frame { stroke: var(--changed); stroke-width: 2; }
.field.added .shade { fill: var(--added-soft); } .field.removed .shade { fill: var(--removed-soft); } .field.changed .shade { fill: var(--changed-soft); }
.field.removed text { text-decoration: line-through; }
.link.added { stroke: var(--added); } .link.removed { stroke: var(--removed); }
.found > .frame { stroke: var(--ink); stroke-width: 3; }
`;

/** The rest of the page. */
export const PAGE_STYLE = `
:root { color-scheme: light dark; --ink: #1f2328; --soft: #59636e; --paper: #ffffff; --panel: #f6f8fa; --edge: #d1d9e0; --accent: #0969da; --loss: #cf222e; }
@media (prefers-color-scheme: dark) { :root:not(.light) { --ink: #e6edf3; --soft: #9198a1; --paper: #0d1117; --panel: #151b23; --edge: #3d444d; --accent: #4493f8; --loss: #f85149; } }
:root.dark { color-scheme: dark; --ink: #e6edf3; --soft: #9198a1; --paper: #0d1117; --panel: #151b23; --edge: #3d444d; --accent: #4493f8; --loss: #f85149; }
:root.light { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0; height: 100vh; display: grid; grid-template: auto 1fr / 1fr minmax(18rem, 36%); color: var(--ink); background: var(--paper);
  font: 14px/1.5 system-ui, sans-serif; }
header { grid-column: 1 / -1; display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; padding: .5rem 1rem; border-bottom: 1px solid var(--edge); background: var(--panel); }
header h1 { font-size: 1rem; margin: 0; }
header output { min-width: 3.5rem; font-weight: 600; }
#slider { flex: 1 1 12rem; min-width: 8rem; accent-color: var(--accent); }
button, input[type=search] { font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--edge); border-radius: 6px; padding: .15rem .6rem; }
button:focus-visible, input:focus-visible, #stage:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
#stage { overflow: hidden; position: relative; touch-action: none; cursor: grab; }
#stage svg { width: 100%; height: 100%; display: block; }
aside { overflow: auto; overflow-wrap: anywhere; border-left: 1px solid var(--edge); padding: .75rem 1rem; background: var(--panel); }
aside h2 { font-size: .95rem; margin: 1rem 0 .25rem; } aside h2:first-child { margin-top: 0; }
pre { margin: 0; padding: .5rem; overflow: auto; background: var(--paper); border: 1px solid var(--edge); border-radius: 6px; font: 11px/1.5 ui-monospace, Menlo, Consolas, monospace; white-space: pre-wrap; tab-size: 2; }
aside p { margin: .5rem 0; } aside ul, aside ol { padding-left: 1.2rem; margin: .25rem 0; }
#tables { list-style: none; padding: 0; } .soft { color: var(--soft); } .loss { color: var(--loss); }
#timeline { list-style: none; padding-left: .75rem; border-left: 2px solid var(--edge); }
#timeline li::before { content: '●'; margin-left: -1.18rem; margin-right: .5rem; color: var(--accent); }
aside button { border: 0; padding: 0; background: none; color: var(--accent); cursor: pointer; }
@media (max-width: 50rem) { body { grid-template: auto 60vh auto / 1fr; height: auto; } aside { border-left: 0; border-top: 1px solid var(--edge); } }
@media print { body { display: block; height: auto; } header button, header input { display: none; } #stage { height: 60vh; } aside { border: 0; background: none; } pre { white-space: pre-wrap; } }
`;
