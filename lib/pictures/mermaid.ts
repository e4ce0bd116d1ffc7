import type { Box, Diagram, Field, Link, Mark } from './diagram.ts';

const COLOURS: Readonly<Record<Mark, string>> = {
  added: 'fill:#d7f5dd,stroke:#1a7f37',
  removed: 'fill:#ffe0de,stroke:#cf222e',
  changed: 'fill:#fff3cd,stroke:#9a6700',
};

/** Writes a diagram as Mermaid's `erDiagram`: for GitHub, GitLab, or a Markdown file. */
export function mermaid({ boxes, links }: Diagram): string {
  // A class can be given to plain names only.
  const ids = new Map(boxes.map(({ name }, index) => [name, isPlain(name) ? name : `entity_${index + 1}`]));
  const idOf = (name: string) => ids.get(name) ?? name;
  const marks = [...new Set(boxes.flatMap(({ mark }) => mark ?? []))];
  const lines = [
    'erDiagram',
    ...boxes.flatMap(box => entityLines(box, idOf(box.name))),
    ...links.map(link => `  ${relation(link, idOf)}`),
    ...marks.map(mark => `  classDef ${mark} ${COLOURS[mark]}`),
    ...boxes.flatMap(({ name, mark }) => (mark ? [`  class ${idOf(name)} ${mark}`] : [])),
  ];
  return `${lines.join('\n')}\n`;
}

function entityLines({ name, was, fields, isView }: Box, id: string): string[] {
  const said = `${name}${was ? ` (was ${was})` : ''}${isView ? ' (view)' : ''}`;
  const alias = said === id ? '' : `["${text(said)}"]`;
  return [`  ${id}${alias} {`, ...fields.map(field => `    ${attribute(field)}`), '  }'];
}

function attribute({ name, was, type, isKey, isReference, isNullable, mark, changed = [] }: Field): string {
  const keys = [...(isKey ? ['PK'] : []), ...(isReference ? ['FK'] : [])];
  const notes = [
    ...(word(name) === name ? [] : [name]),
    ...(word(type) === type ? [] : [type]),
    ...(isNullable ? ['nullable'] : []),
    ...(was ? [`was ${was}`] : []),
    ...(mark && mark !== 'changed' ? [mark] : []),
    ...(mark === 'changed' && changed.length > 0 ? [`changed: ${changed.join(', ')}`] : []),
  ];
  return [
    word(type),
    word(name),
    ...(keys.length > 0 ? [keys.join(', ')] : []),
    ...(notes.length > 0 ? [`"${text(notes.join('; '))}"`] : []),
  ].join(' ');
}

function relation({ from, to, property, kind, isNullable, mark }: Link, idOf: (name: string) => string): string {
  const sign = {
    extends: '||--||',
    'm:1': isNullable ? '}o--o|' : '}o--||',
    '1:1': isNullable ? '|o--o|' : '|o--||',
    'm:n': '}o--o{',
  }[kind];
  const said = kind === 'extends' ? 'extends' : (property ?? '');
  return `${idOf(from)} ${sign} ${idOf(to)} : "${text(mark && mark !== 'changed' ? `${said} (${mark})` : said)}"`;
}

/** Mermaid reads only words as types and names of attributes. */
function word(name: string): string {
  const plain = name.replaceAll(/[^\w[\]()-]/gu, '_').replace(/^([PFU]K)$/, '$1_');
  return /^[A-Za-z]/.test(plain) ? plain : `x${plain}`;
}

/** Some words mean something to Mermaid, in any case of letters. */
const TAKEN =
  /^(?:erdiagram|class|classdef|style|direction|title|acctitle|accdescr|one|many|zero|only|to|optionally|tb|bt|lr|rl|u|default)$/i;

function isPlain(name: string): boolean {
  return /^[A-Za-z]\w*$/.test(name) && !TAKEN.test(name);
}

function text(said: string): string {
  return said.replaceAll('"', "'").replaceAll(/[\r\n]+/g, ' ');
}
