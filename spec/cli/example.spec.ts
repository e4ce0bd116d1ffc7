import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { copyRepository, EXAMPLE } from '../support/cli/example.ts';
import { dejavu } from '../support/cli/run.ts';
import { edit } from '../support/cli/walk.ts';

test('an entity that changed becomes a version and a step, which the next upgrade runs', async () => {
  using copy = copyRepository();
  const project = join(copy.folder, EXAMPLE);
  expect(await dejavu(['upgrade'], { project })).toMatchObject({ code: 0, stdout: 'zoo: installed at version 2\n' });
  edit(join(project, 'entities.ts'), {
    from: 'species: p.string(),',
    to: 'species: p.string(),\n    food: p.string().nullable(),',
  });
  expect((await dejavu(['next'], { project })).stdout).toContain('zoo: version 3');
  expect((await dejavu(['upgrade'], { project })).stdout).toContain('zoo: upgraded from version 2 to 3, 1 step');
  expect(await dejavu(['check'], { project })).toMatchObject({ code: 0 });
});
