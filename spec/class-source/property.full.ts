import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { renumberStep } from '../../lib/class-source/step-text.ts';
import { readSchemaSource } from '../../lib/class-source/read-schema-class.ts';
import { addStep, emptyStepTo, putStep, removeStep, stepTo, takeStep } from './fixtures.ts';

/** The ways in which people write the same. */
const layout = fc.record({
  eol: fc.constantFrom('\n', '\r\n'),
  unit: fc.constantFrom('  ', '    ', '\t', '   '),
  outer: fc.constantFrom('', '  '),
  quote: fc.constantFrom("'", '"'),
  end: fc.constantFrom(';', ''),
  head: fc.constantFrom('', '#!/usr/bin/env node\n', '// a comment\n\n', '\uFEFF', "'use strict';\n"),
  imports: fc.constantFrom('one', 'types apart', 'lines', 'lines without comma', 'namespace', 'default', 'commented'),
  class: fc.constantFrom(
    'export class ZooSchema',
    '@Dec() export class ZooSchema',
    'export abstract class ZooSchema',
    'class ZooSchema',
    'const ZooSchema = class',
  ),
  readonly: fc.constantFrom('readonly ', '', 'public readonly ', '@Field() readonly '),
  steps: fc.constantFrom('none', 'line', 'lines', 'lines without comma', 'empty', 'with comma in line'),
  old: fc.constantFrom('none', 'methods', 'properties', 'tight', 'ups alone', 'commented'),
  tail: fc.constantFrom('', 'onInstall', 'comment', 'property', 'static', 'index'),
  blank: fc.boolean(),
  trailing: fc.constantFrom('', '  ', ' // why', ' /* why */'),
});

type Layout = typeof layout extends fc.Arbitrary<infer T> ? T : never;

function fileOf(style: Layout): string {
  const { eol, unit, outer, quote: q, end, head } = style;
  const hasOld = style.old !== 'none';
  const steps = {
    none: [],
    line: ['steps: Steps = { 2: { compatible: 1 } }'],
    lines: ['steps: Steps = {', `${unit}2: { compatible: 1 }, // so`, '}'],
    'lines without comma': ['steps: Steps = {', `${unit}2: { compatible: 1 } // so`, '}'],
    empty: ['steps: Steps = {}'],
    'with comma in line': ['steps: Steps = { 2: { compatible: 1 }, }'],
  }[style.steps];
  const old = {
    none: [],
    methods: [
      '',
      'async upgradeTo_2(step: Step<V1, V2>) {',
      `${unit}return step${end}`,
      '}',
      '',
      'async downgradeTo_1() {}',
    ],
    properties: ['', `upgradeTo_2 = async (step: Step<V1, V2>) => {}${end}`, `downgradeTo_1 = () => {}${end}`],
    tight: ['async upgradeTo_2(step: Step<V1, V2>) {}', 'async downgradeTo_1() {}'],
    'ups alone': ['', '/** Up. */', 'async upgradeTo_2(step: Step<V1, V2>) {}'],
    commented: ['', '// ---', '', '// up', 'async upgradeTo_2(step: Step<V1, V2>) {} // up', '', '// ---'],
  }[style.old];
  const tail = {
    '': [],
    onInstall: ['', 'override async onInstall() {}'],
    comment: ['', '// the end'],
    property: [`#secret = 1${end}`],
    static: ['static {}'],
    // as those write it who leave semicolons out
    index: [`${end ? '' : ';'}[Symbol.iterator]() {}`],
  }[style.tail];
  const modifier = style.readonly.replace('@Field() ', '');
  const members = [
    `${style.readonly}guid = ${q}zoo${q}${end}`,
    ...(style.blank ? [''] : []),
    `${style.readonly}latest = 2${end}${style.trailing}`,
    `override ${modifier.replace('public ', '')}versions = ${style.imports === 'namespace' ? 'frozen.' : ''}versions${end}${style.trailing}`,
    ...steps.map((line, at) => (at === 0 ? `override readonly ${line}` : line) + (at === steps.length - 1 ? end : '')),
    ...(style.imports === 'default' && !hasOld ? ['', 'constructor(orm: any) {', `${unit}super(orm)${end}`, '}'] : []),
    ...old,
    ...tail,
  ];
  const used = [...(steps.length > 0 ? ['Steps'] : []), ...(hasOld ? ['Step'] : [])];
  const types = hasOld ? ['V1', 'V2'] : [];
  const schema = style.imports === 'namespace' ? 'dejavu.Schema' : 'Schema';
  const lines = [
    ...importLines('mikro-orm-dejavu', 'Schema', used, 'dejavu'),
    ...importLines('./versions/index.ts', 'versions', types, 'frozen'),
    '',
    `${style.class} extends ${schema} {`,
    ...members.map(line => (line === '' ? '' : unit + line)),
    `}${style.class.startsWith('const') ? end : ''}`,
  ];
  const body = lines.map(line => (line === '' ? '' : outer + line)).join('\n');
  return `${head}${body}\n${style.class.startsWith('export') ? '' : `${outer}export { ZooSchema }${end}\n`}`
    .replaceAll('\n', eol)
    .replace(/Steps = /g, style.imports === 'namespace' ? 'dejavu.Steps = ' : 'Steps = ')
    .replace(/Step<V1, V2>/g, style.imports === 'namespace' ? 'dejavu.Step<frozen.V1, frozen.V2>' : 'Step<V1, V2>');

  function importLines(module: string, main: string, names: readonly string[], all: string): string[] {
    const from = `from ${q}${module}${q}${end}`;
    const inline = [main, ...names.map(name => `type ${name}`)];
    switch (style.imports) {
      case 'one':
        return [`import { ${inline.join(', ')} } ${from}`];
      case 'commented':
        return [`import { ${inline.join(', ')} } ${from} // ${main}`];
      case 'types apart':
        return [`import {${main}} ${from}`, `import type { ${[...names, `Other${main}`].join(', ')} } ${from}`];
      case 'lines':
        return ['import {', ...inline.map(name => `${unit}${name},`), `} ${from}`];
      case 'lines without comma':
        return ['import {', inline.map(name => `${unit}${name}`).join(',\n'), `} ${from}`];
      case 'namespace':
        return [`import * as ${all} ${from}`];
      case 'default':
        return [`import ${all}Default, { ${inline.join(', ')} } ${from}`];
    }
  }
}

const place = { className: 'ZooSchema' };

test('however a file is written, a step comes and goes without a trace, and moves as it is', () => {
  fc.assert(
    fc.property(layout, fc.boolean(), (style, isEmpty) => {
      const text = fileOf(style);
      const step = isEmpty ? emptyStepTo(3) : stepTo(3);
      const added = addStep(text, place, { version: 3, step });
      expect(removeStep(added, place, 3)).toBe(text);
      expect(added.replaceAll(style.eol, '')).not.toMatch(/[\r\n]/);
      expect(readSchemaSource(added, place)).toMatchObject({
        latest: 3,
        upgrades: expect.arrayContaining([3]),
        downgrades: expect.arrayContaining([2]),
      });
      const taken = takeStep(added, place, 3);
      expect(putStep(text, place, taken)).toBe(added);
      expect(putStep(putStep(text, place, taken), place, renumberStep(taken, 4))).toBe(
        addStep(added, place, {
          version: 4,
          step: isEmpty ? emptyStepTo(4) : stepTo(4, { options: { ...step.options } }),
        }),
      );
    }),
    { numRuns: 200 },
  );
});
