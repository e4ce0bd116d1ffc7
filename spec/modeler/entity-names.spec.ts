import { expect, test } from '@jest/globals';
import { classNameOf, FreeNames, propertyNameOf, relationNameOf } from '../../lib/modeler/entity-names.ts';

test.each([
  ['film_actor', 'FilmActor'],
  ['FilmActor', 'FilmActor'],
  ['ORDERS', 'Orders'],
  ['Order Details', 'OrderDetails'],
  ['2fa', 'Table2fa'],
  ['object', 'ObjectEntity'],
  // Its file may say Number(item)
  ['number', 'NumberEntity'],
  ['größe ñandú', 'GrößeÑandú'],
  ['---', 'Table'],
])('the table %s is the class %s', (table, expected) => {
  expect(classNameOf(table)).toBe(expected);
});

test.each([
  ['first_name', 'firstName'],
  ['FirstName', 'firstName'],
  ['FIRST_NAME', 'firstName'],
  ['URLPath', 'urlPath'],
  ['ID', 'id'],
  ['address2', 'address2'],
  ['the value?', 'theValue'],
  ['2nd', 'column2nd'],
  ['constructor', 'constructorValue'],
  ['__proto__', 'proto'],
])('the column %s is the property %s', (column, expected) => {
  expect(propertyNameOf(column)).toBe(expected);
});

test.each([
  ['artist_id', 'artist'],
  ['ArtistId', 'artist'],
  ['OrderID', 'order'],
  ['id', 'id'],
  ['parent', 'parent'],
  ['manager_staff_id', 'managerStaff'],
])('the foreign key %s is the relation %s', (column, expected) => {
  expect(relationNameOf(column)).toBe(expected);
});

test('a name is given out once, also where only its case differs', () => {
  const names = new FreeNames();
  expect([names.take('Film'), names.take('FILM'), names.take('film', 'ArchiveFilm'), names.take('Film')]).toEqual([
    'Film',
    'FILM2',
    'ArchiveFilm',
    'Film3',
  ]);
});
