import { expect, test } from '@jest/globals';
import { blocksOf, frame, readPage } from './blocks.ts';

const PAGE = `# A page

<!-- file: schema.ts -->

\`\`\`ts
export const one = 1;
\`\`\`

<!-- with: zoo -->
\`\`\`ts
console.log(1);
\`\`\`

<!-- prints -->

\`\`\`text
1
\`\`\`

<!-- runs -->

\`\`\`sh
npx dejavu status
\`\`\`

End.
`;

test('a page is prose and blocks, and nothing of it is lost', () => {
  expect(
    readPage(PAGE)
      .map(part => (typeof part === 'string' ? part : part.code))
      .join(''),
  ).toBe(PAGE);
});

test('a block knows its language, its line, and what the comment before it says', () => {
  expect(blocksOf(PAGE)).toEqual([
    {
      language: 'ts',
      line: 5,
      code: 'export const one = 1;\n',
      file: 'schema.ts',
      frame: undefined,
      isOutput: false,
      isRun: false,
    },
    {
      language: 'ts',
      line: 10,
      code: 'console.log(1);\n',
      file: undefined,
      frame: 'zoo',
      isOutput: false,
      isRun: false,
    },
    { language: 'text', line: 16, code: '1\n', file: undefined, frame: undefined, isOutput: true, isRun: false },
    {
      language: 'sh',
      line: 22,
      code: 'npx dejavu status\n',
      file: undefined,
      frame: undefined,
      isOutput: false,
      isRun: true,
    },
  ]);
});

test('a fragment goes into the place that its frame keeps for it, and its imports to the top', () => {
  const around = `import { a } from 'a';\nif (a) {\n  // the block\n}\n`;
  expect(frame(around, `import { b } from 'b';\n\nb($&);\n`)).toBe(
    `import { b } from 'b';\nimport { a } from 'a';\nif (a) {\n\nb($&);\n}\n`,
  );
  expect(() => frame('nothing', 'b();')).toThrow('the frame has no line "// the block"');
});
