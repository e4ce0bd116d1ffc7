import { defineEntity, p } from '@mikro-orm/core';
import { key, ofMany, varchar } from './storage.ts';

export const Category = defineEntity({
  name: 'Category',
  tableName: 'categories',
  properties: {
    id: key('category_id'),
    name: varchar(15).fieldName('category_name'),
    description: p.text().nullable(),
    picture: p.blob().nullable(),
  },
});

export const CustomerDemographics = defineEntity({
  name: 'CustomerDemographics',
  tableName: 'customer_demographics',
  properties: {
    id: varchar(5).primary().fieldName('customer_type_id'),
    description: p.text().fieldName('customer_desc').nullable(),
  },
});

export const Customer = defineEntity({
  name: 'Customer',
  tableName: 'customers',
  properties: {
    id: varchar(5).primary().fieldName('customer_id'),
    companyName: varchar(40),
    contactName: varchar(30).nullable(),
    contactTitle: varchar(30).nullable(),
    address: varchar(60).nullable(),
    city: varchar(15).nullable(),
    region: varchar(15).nullable(),
    postalCode: varchar(10).nullable(),
    country: varchar(15).nullable(),
    phone: varchar(24).nullable(),
    fax: varchar(24).nullable(),
    demographics: () =>
      p
        .manyToMany(CustomerDemographics)
        .owner()
        .pivotTable('customer_customer_demo')
        .joinColumn('customer_id')
        .inverseJoinColumn('customer_type_id')
        .updateRule('no action')
        .deleteRule('no action'),
  },
});

export const SalesRegion = defineEntity({
  name: 'SalesRegion',
  tableName: 'region',
  properties: {
    id: key('region_id'),
    description: varchar(60).fieldName('region_description'),
  },
});

export const Territory = defineEntity({
  name: 'Territory',
  tableName: 'territories',
  properties: {
    id: varchar(20).primary().fieldName('territory_id'),
    description: varchar(60).fieldName('territory_description'),
    region: () => ofMany(SalesRegion, 'region_id'),
  },
});

export const Employee = defineEntity({
  name: 'Employee',
  tableName: 'employees',
  properties: {
    id: key('employee_id'),
    lastName: varchar(20),
    firstName: varchar(10),
    title: varchar(30).nullable(),
    titleOfCourtesy: varchar(25).nullable(),
    birthDate: p.date().nullable(),
    hireDate: p.date().nullable(),
    address: varchar(60).nullable(),
    city: varchar(15).nullable(),
    region: varchar(15).nullable(),
    postalCode: varchar(10).nullable(),
    country: varchar(15).nullable(),
    homePhone: varchar(24).nullable(),
    extension: varchar(4).nullable(),
    photo: p.blob().nullable(),
    notes: p.text().nullable(),
    reportsTo: () =>
      p
        .manyToOne(Employee)
        .joinColumn('reports_to')
        .index(false)
        .nullable()
        .updateRule('no action')
        .deleteRule('no action'),
    photoPath: varchar(255).nullable(),
    territories: () =>
      p
        .manyToMany(Territory)
        .owner()
        .pivotTable('employee_territories')
        .joinColumn('employee_id')
        .inverseJoinColumn('territory_id')
        .updateRule('no action')
        .deleteRule('no action'),
  },
});

export const Supplier = defineEntity({
  name: 'Supplier',
  tableName: 'suppliers',
  properties: {
    id: key('supplier_id'),
    companyName: varchar(40),
    contactName: varchar(30).nullable(),
    contactTitle: varchar(30).nullable(),
    address: varchar(60).nullable(),
    city: varchar(15).nullable(),
    region: varchar(15).nullable(),
    postalCode: varchar(10).nullable(),
    country: varchar(15).nullable(),
    phone: varchar(24).nullable(),
    fax: varchar(24).nullable(),
    homepage: p.text().nullable(),
  },
});

export const Product = defineEntity({
  name: 'Product',
  tableName: 'products',
  properties: {
    id: key('product_id'),
    name: varchar(40).fieldName('product_name'),
    supplier: () => ofMany(Supplier, 'supplier_id').nullable(),
    category: () => ofMany(Category, 'category_id').nullable(),
    quantityPerUnit: varchar(20).nullable(),
    unitPrice: p.float().nullable(),
    unitsInStock: p.smallint().nullable(),
    unitsOnOrder: p.smallint().nullable(),
    reorderLevel: p.smallint().nullable(),
    discontinued: p.integer(),
  },
});

export const Shipper = defineEntity({
  name: 'Shipper',
  tableName: 'shippers',
  properties: {
    id: key('shipper_id'),
    companyName: varchar(40),
    phone: varchar(24).nullable(),
  },
});

export const Order = defineEntity({
  name: 'Order',
  tableName: 'orders',
  properties: {
    id: key('order_id'),
    customer: () => ofMany(Customer, 'customer_id').nullable(),
    employee: () => ofMany(Employee, 'employee_id').nullable(),
    orderDate: p.date().nullable(),
    requiredDate: p.date().nullable(),
    shippedDate: p.date().nullable(),
    shipVia: () => ofMany(Shipper, 'ship_via').nullable(),
    freight: p.float().nullable(),
    shipName: varchar(40).nullable(),
    shipAddress: varchar(60).nullable(),
    shipCity: varchar(15).nullable(),
    shipRegion: varchar(15).nullable(),
    shipPostalCode: varchar(10).nullable(),
    shipCountry: varchar(15).nullable(),
  },
});

export const OrderDetail = defineEntity({
  name: 'OrderDetail',
  tableName: 'order_details',
  properties: {
    order: () => ofMany(Order, 'order_id').primary(),
    product: () => ofMany(Product, 'product_id').primary(),
    unitPrice: p.float(),
    quantity: p.smallint(),
    discount: p.float(),
  },
});

export const UsState = defineEntity({
  name: 'UsState',
  tableName: 'us_states',
  properties: {
    id: key('state_id'),
    name: varchar(100).fieldName('state_name').nullable(),
    abbreviation: varchar(2).fieldName('state_abbr').nullable(),
    region: varchar(50).fieldName('state_region').nullable(),
  },
});
