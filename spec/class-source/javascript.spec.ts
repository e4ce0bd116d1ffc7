import { expect, test } from '@jest/globals';
import { ClassEditor } from '../../lib/class-source/class-editor.ts';
import { readSchemaSource } from '../../lib/class-source/read-schema-class.ts';
import { renumberStep } from '../../lib/class-source/step-text.ts';
import { newSchemaSource } from '../../lib/cli/commands/init/new-schema.ts';
import { addStep, putStep, removeStep, stepTo, takeStep } from './fixtures.ts';

const names = { className: 'ZooSchema', guid: 'zoo', versionsModule: './versions/index.mjs' };
const module = newSchemaSource({ ...names, language: 'module' });
const commonJs = newSchemaSource({ ...names, language: 'commonjs' });
const handWritten = `'use strict'
const dejavu = require("mikro-orm-dejavu")

module.exports = class ZooSchema extends dejavu.Schema {
  guid = "zoo"
  latest = 1
  versions = require("./versions/index.mjs").versions
}
`;
const place = { path: 'schema.js', className: 'ZooSchema' };
const withImport = (version: number) =>
  stepTo(version, { imports: [{ module: '@mikro-orm/core', names: ['raw', 'sql'] }] });
const typed = /\b(?:readonly|override|Steps?<|Steps\b|import type|type V\d)/;

for (const [name, text] of Object.entries({ module, commonJs, handWritten })) {
  test(`steps without types are added to JavaScript, and come off again: ${name}`, () => {
    const one = addStep(text, place, { version: 2, step: withImport(2) });
    const two = addStep(one, place, { version: 3, step: stepTo(3) });
    expect(two).not.toMatch(typed);
    expect(two).toContain('async upgradeTo_3(step) {');
    expect(two.match(/@mikro-orm\/core/g)).toHaveLength(1);
    expect(readSchemaSource(two, place)).toMatchObject({
      latest: 3,
      upgrades: [2, 3],
      downgrades: [1, 2],
      steps: [2, 3],
      versionsModule: './versions/index.mjs',
      packageName: 'mikro-orm-dejavu',
    });
    expect(removeStep(two, place, 3)).toBe(one);
  });

  test(`a step of JavaScript gets another number: ${name}`, () => {
    const [mine, theirs] = [withImport(2), stepTo(2)].map(step => addStep(text, place, { version: 2, step }));
    const moved = renumberStep(takeStep(mine!, place, 2), 3);
    const both = putStep(theirs!, place, moved);
    expect(readSchemaSource(both, place)).toMatchObject({ latest: 3, upgrades: [2, 3], steps: [2, 3] });
    expect(both).not.toMatch(typed);
  });
}

test('what a CommonJS file needs is required, and no more once nothing uses it', () => {
  const step = withImport(2);
  const using = { ...step, upgrade: { ...step.upgrade, text: step.upgrade.text.replace("'food'", 'raw(sql)') } };
  const added = addStep(commonJs, place, { version: 2, step: using });
  expect(added).toContain("const { raw, sql } = require('@mikro-orm/core');\n");
  expect(removeStep(added, place, 2)).toBe(commonJs);
  const some = added.replace('{ raw, sql }', '{ raw, sql, Type }').replace('latest = 2', 'latest = 2;\n  type = Type');
  expect(removeStep(some, place, 2)).toContain("const { Type } = require('@mikro-orm/core');\n");
});

test('a class of JavaScript gets versions as its file loads modules', () => {
  const bare = (text: string) => text.replace(/^.*versions\/index.*\n/m, '').replace('  versions = versions;\n', '');
  expect(new ClassEditor(bare(module), place).addVersions('./versions/index.mjs')).toBe(module);
  expect(new ClassEditor(bare(commonJs), place).addVersions('./versions/index.mjs')).toBe(commonJs);
});

test('a line to write by hand is JavaScript as well', () => {
  const text = module.replace('latest = 1', 'latest = one()');
  expect(() => readSchemaSource(text, place)).toThrow(/Write a number literal: latest = 1;/);
  expect(() => readSchemaSource(text, { ...place, path: 'schema.ts' })).toThrow(/: readonly latest = 1;/);
});
