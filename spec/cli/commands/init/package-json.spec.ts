import { expect, test } from '@jest/globals';
import { withSchema } from '../../../../lib/cli/commands/init/schema-places.ts';

test.each([
  ['several lines', '{\n  "name": "zoo",\n  "type": "module"\n}\n', ['./schema.ts']],
  ['tabs, and a Windows file', '{\r\n\t"name": "zoo"\r\n}\r\n', ['./schema.ts#Zoo']],
  ['nothing yet', '{}', ['./schema.ts']],
  ['one line', '{ "name": "zoo" }', ['./a.ts', './b.ts']],
])('the key is added as the file is written, and all else stays to the letter: %s', (_, text, places) => {
  const written = withSchema(text, places);
  expect(written).toMatchSnapshot();
  const schema = places.length === 1 ? places[0] : places;
  expect(JSON.parse(written)).toEqual({ ...JSON.parse(text), dejavu: { schema } });
  expect(written.startsWith(text.trimEnd().slice(0, -1).trimEnd())).toBe(true);
});
