import { defineEntity, p } from '@mikro-orm/core';
import { moment, varchar } from './storage.ts';

export const Artist = defineEntity({
  name: 'Artist',
  properties: {
    artistId: p.integer().primary().autoincrement(false),
    name: varchar(120).nullable(),
  },
});

export const Album = defineEntity({
  name: 'Album',
  properties: {
    albumId: p.integer().primary().autoincrement(false),
    title: varchar(160),
    artist: () => p.manyToOne(Artist).updateRule('no action').deleteRule('no action').index(),
  },
});

export const Genre = defineEntity({
  name: 'Genre',
  properties: {
    genreId: p.integer().primary().autoincrement(false),
    name: varchar(120).nullable(),
  },
});

export const MediaType = defineEntity({
  name: 'MediaType',
  properties: {
    mediaTypeId: p.integer().primary().autoincrement(false),
    name: varchar(120).nullable(),
  },
});

export const Track = defineEntity({
  name: 'Track',
  properties: {
    trackId: p.integer().primary().autoincrement(false),
    name: varchar(200),
    album: () => p.manyToOne(Album).nullable().updateRule('no action').deleteRule('no action').index(),
    mediaType: () => p.manyToOne(MediaType).updateRule('no action').deleteRule('no action').index(),
    genre: () => p.manyToOne(Genre).nullable().updateRule('no action').deleteRule('no action').index(),
    composer: varchar(220).nullable(),
    milliseconds: p.integer(),
    bytes: p.integer().nullable(),
    unitPrice: p.decimal().precision(10).scale(2),
  },
});

export const Playlist = defineEntity({
  name: 'Playlist',
  properties: {
    playlistId: p.integer().primary().autoincrement(false),
    name: varchar(120).nullable(),
  },
});

export const PlaylistTrack = defineEntity({
  name: 'PlaylistTrack',
  properties: {
    playlist: () => p.manyToOne(Playlist).primary().updateRule('no action').deleteRule('no action').index(),
    track: () => p.manyToOne(Track).primary().updateRule('no action').deleteRule('no action').index(),
  },
});

export const Employee = defineEntity({
  name: 'Employee',
  properties: {
    employeeId: p.integer().primary().autoincrement(false),
    lastName: varchar(20),
    firstName: varchar(20),
    title: varchar(30).nullable(),
    reportsTo: () => p.manyToOne(Employee).nullable().updateRule('no action').deleteRule('no action').index(),
    birthDate: moment().nullable(),
    hireDate: moment().nullable(),
    address: varchar(70).nullable(),
    city: varchar(40).nullable(),
    state: varchar(40).nullable(),
    country: varchar(40).nullable(),
    postalCode: varchar(10).nullable(),
    phone: varchar(24).nullable(),
    fax: varchar(24).nullable(),
    email: varchar(60).nullable(),
  },
});

export const Customer = defineEntity({
  name: 'Customer',
  properties: {
    customerId: p.integer().primary().autoincrement(false),
    firstName: varchar(40),
    lastName: varchar(20),
    company: varchar(80).nullable(),
    address: varchar(70).nullable(),
    city: varchar(40).nullable(),
    state: varchar(40).nullable(),
    country: varchar(40).nullable(),
    postalCode: varchar(10).nullable(),
    phone: varchar(24).nullable(),
    fax: varchar(24).nullable(),
    email: varchar(60),
    supportRep: () => p.manyToOne(Employee).nullable().updateRule('no action').deleteRule('no action').index(),
  },
});

export const Invoice = defineEntity({
  name: 'Invoice',
  properties: {
    invoiceId: p.integer().primary().autoincrement(false),
    customer: () => p.manyToOne(Customer).updateRule('no action').deleteRule('no action').index(),
    invoiceDate: moment(),
    billingAddress: varchar(70).nullable(),
    billingCity: varchar(40).nullable(),
    billingState: varchar(40).nullable(),
    billingCountry: varchar(40).nullable(),
    billingPostalCode: varchar(10).nullable(),
    total: p.decimal().precision(10).scale(2),
  },
});

export const InvoiceLine = defineEntity({
  name: 'InvoiceLine',
  properties: {
    invoiceLineId: p.integer().primary().autoincrement(false),
    invoice: () => p.manyToOne(Invoice).updateRule('no action').deleteRule('no action').index(),
    track: () => p.manyToOne(Track).updateRule('no action').deleteRule('no action').index(),
    unitPrice: p.decimal().precision(10).scale(2),
    quantity: p.integer(),
  },
});
