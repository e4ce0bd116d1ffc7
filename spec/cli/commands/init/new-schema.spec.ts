import { expect, test } from '@jest/globals';
import { classNameFor, nameSchema } from '../../../../lib/cli/commands/init/new-schema.ts';

test.each([
  ['zoo', 'ZooSchema'],
  ['zoo-keeper', 'ZooKeeperSchema'],
  ['shop.orders', 'ShopOrdersSchema'],
  ['ZooSchema', 'ZooSchema'],
  ['3d', 'App3dSchema'],
  ['züge', 'ZügeSchema'],
])('the class of %s is called %s', (guid, name) => {
  expect(classNameFor(guid)).toBe(name);
});

test('what the command line says comes before the place, and the place before the package', () => {
  const place = { path: './schema.ts', name: 'Animals' };
  expect(nameSchema(place, { guid: ['zoo'], name: 'Zoo' })).toEqual({ guid: 'zoo', className: 'Zoo' });
  expect(nameSchema(place, { guid: ['zoo'] })).toEqual({ guid: 'zoo', className: 'Animals' });
  // the package these specs run in
  expect(nameSchema({ ...place, name: undefined }, {})).toEqual({
    guid: 'mikro-orm-dejavu',
    className: 'MikroOrmDejavuSchema',
  });
});

test('what cannot be a class is told, and more than one guid', () => {
  const place = { path: './schema.ts', name: undefined };
  expect(() => nameSchema(place, { name: 'my zoo' })).toThrow(
    "'my zoo' is not a valid class name. Give another with --name.",
  );
  expect(() => nameSchema(place, { guid: ['a', 'b'] })).toThrow('A Schema has one guid');
});

test('the guid of another Schema is refused', () => {
  const place = { path: './keepers.ts', name: undefined };
  const others = [{ guid: 'zoo', className: 'ZooSchema' }];
  expect(nameSchema(place, { guid: ['keepers'] }, others)).toMatchObject({ guid: 'keepers' });
  expect(() => nameSchema(place, { guid: ['zoo'] }, others)).toThrow(
    `The guid 'zoo' belongs to ZooSchema. Give the new Schema another guid: npx dejavu init --schema ./keepers.ts --guid <guid>`,
  );
});
