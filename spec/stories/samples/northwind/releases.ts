import type { Release } from '../life.ts';

/** What became of the trading company. */
export const releases: readonly Release[] = [
  {
    what: 'a contact has two names, orders are looked for by day, a product has its name alone',
    entities: [
      [
        `export const Customer = defineEntity({
  name: 'Customer',
  tableName: 'customers',
  properties: {
    id: varchar(5).primary().fieldName('customer_id'),
    companyName: varchar(40),
    contactName: varchar(30).nullable(),`,
        `export const Customer = defineEntity({
  name: 'Customer',
  tableName: 'customers',
  properties: {
    id: varchar(5).primary().fieldName('customer_id'),
    companyName: varchar(40),
    contactFirstName: varchar(30).nullable(),
    contactLastName: varchar(30).nullable(),`,
      ],
      ['    orderDate: p.date().nullable(),', '    orderDate: p.date().nullable().index(),'],
      [`    name: varchar(40).fieldName('product_name'),`, `    name: varchar(40).fieldName('product_name').unique(),`],
    ],
    answers: ['--dropped', 'customer.contactName'],
    step: [
      [
        '    // Move data out of Customer.contactName here, before it is dropped.\n',
        `    await step.execute(
      "update customers set contact_first_name = split_part(contact_name, ' ', 1), contact_last_name = substr(contact_name, strpos(contact_name, ' ') + 1)",
    );
`,
      ],
      [
        `    // Move data out of Customer.contactFirstName and Customer.contactLastName here, before they
    // are dropped.
`,
        `    await step.execute("update customers set contact_name = concat_ws(' ', contact_first_name, contact_last_name)");
`,
      ],
    ],
    gone: ['customers.contact_name'],
    told: {
      "select `contact_first_name`, `contact_last_name` from `customers` where `customer_id` = 'ALFKI'": [
        'Maria Anders',
      ],
      "select `contact_first_name`, `contact_last_name` from `customers` where `customer_id` = 'BOLID'": [
        'Martín Sommer',
      ],
    },
  },
  {
    what: 'names are mended: of an entity, its table and a relation; courtesies are listed; discontinued is yes or no',
    entities: [
      [
        `export const SalesRegion = defineEntity({
  name: 'SalesRegion',
  tableName: 'region',`,
        `export const Region = defineEntity({
  name: 'Region',
  tableName: 'regions',`,
      ],
      [`    region: () => ofMany(SalesRegion, 'region_id'),`, `    region: () => ofMany(Region, 'region_id'),`],
      [
        `    shipVia: () => ofMany(Shipper, 'ship_via').nullable(),`,
        `    shipper: () => ofMany(Shipper, 'shipper_id').nullable(),`,
      ],
      [
        `    titleOfCourtesy: varchar(25).nullable(),`,
        `    titleOfCourtesy: p.enum(['Dr.', 'Mr.', 'Mrs.', 'Ms.']).nullable(),`,
      ],
      [`    discontinued: p.integer(),`, `    discontinued: p.boolean(),`],
    ],
    answers: ['--renamed', 'salesRegion:region', '--renamed', 'order.shipVia:shipper'],
    renamed: { region: 'regions', 'orders.ship_via': 'shipper_id' },
    retyped: ['products.discontinued'],
    told: { 'select `discontinued`, count(*) as n from `products` group by 1 order by 1': ['false 67', 'true 10'] },
  },
  {
    what: 'there is room for more than 32767 orders and employees, customers have longer keys, prices are exact',
    entities: [
      [`    id: key('employee_id'),`, `    id: p.integer().primary().autoincrement(false).fieldName('employee_id'),`],
      [
        `    id: varchar(5).primary().fieldName('customer_id'),`,
        `    id: varchar(10).primary().fieldName('customer_id'),`,
      ],
      [
        `  tableName: 'orders',
  properties: {
    id: key('order_id'),`,
        `  tableName: 'orders',
  properties: {
    id: p.integer().primary().autoincrement(false).fieldName('order_id'),`,
      ],
      ['    unitPrice: p.float().nullable(),', '    unitPrice: p.decimal().precision(10).scale(2).nullable(),'],
      ['    freight: p.float().nullable(),', '    freight: p.decimal().precision(10).scale(2).nullable(),'],
      ['    unitPrice: p.float(),', '    unitPrice: p.decimal().precision(10).scale(2),'],
    ],
    answers: [],
    retyped: ['products.unit_price', 'orders.freight', 'order_details.unit_price'],
    told: {
      'select sum(`unit_price` * `quantity`) as n from `order_details`': ['1354458.59'],
      'select sum(`freight`) as n from `orders`': ['64942.69'],
    },
  },
  {
    what: 'where an order goes is a table of its own, lines go with their order and may come back',
    entities: [
      [
        `    shipName: varchar(40).nullable(),
    shipAddress: varchar(60).nullable(),
    shipCity: varchar(15).nullable(),
    shipRegion: varchar(15).nullable(),
    shipPostalCode: varchar(10).nullable(),
    shipCountry: varchar(15).nullable(),
  },
});
`,
        `  },
});

export const Shipment = defineEntity({
  name: 'Shipment',
  tableName: 'shipments',
  properties: {
    order: () => p.oneToOne(Order).owner().primary().joinColumn('order_id').deleteRule('cascade'),
    name: varchar(40),
    address: varchar(60),
    city: varchar(15),
    region: varchar(15).nullable(),
    postalCode: varchar(10).nullable(),
    country: varchar(15),
  },
});
`,
      ],
      [
        `    order: () => ofMany(Order, 'order_id').primary(),`,
        `    order: () => ofMany(Order, 'order_id').primary().deleteRule('cascade'),`,
      ],
      [
        `export const UsState =`,
        `export const Return = defineEntity({
  name: 'Return',
  tableName: 'returns',
  properties: {
    id: p.integer().primary(),
    line: () => p.manyToOne(OrderDetail).joinColumns('order_id', 'product_id'),
    quantity: p.smallint().check('quantity > 0'),
    returnedAt: p.datetime().defaultRaw('current_timestamp'),
  },
});

export const UsState =`,
      ],
    ],
    answers: ['Name', 'Address', 'City', 'Region', 'PostalCode', 'Country'].flatMap(part => [
      '--dropped',
      `order.ship${part}`,
    ]),
    step: [
      [
        `    // Move data out of Order.shipAddress, Order.shipCity, Order.shipCountry, Order.shipName,
    // Order.shipPostalCode and Order.shipRegion here, before they are dropped.
`,
        `    await step.execute(\`
      insert into shipments (order_id, name, address, city, region, postal_code, country)
      select order_id, coalesce(ship_name, ''), coalesce(ship_address, ''), coalesce(ship_city, ''), ship_region, ship_postal_code,
        coalesce(ship_country, '') from orders\`);
`,
      ],
      [
        '    // Move data out of Return and Shipment here, before they are dropped.\n',
        `    await step.each(before.Shipment, async shipments => {
      for (const { order, ...shipment } of shipments) {
        const found = await after.em.findOneOrFail(after.Order, order.id);
        found.shipName = shipment.name;
        found.shipAddress = shipment.address;
        found.shipCity = shipment.city;
        found.shipRegion = shipment.region ?? null;
        found.shipPostalCode = shipment.postalCode ?? null;
        found.shipCountry = shipment.country;
      }
    });
`,
      ],
    ],
    gone: ['name', 'address', 'city', 'region', 'postal_code', 'country'].map(part => `orders.ship_${part}`),
    told: { 'select count(*) as n, count(distinct `country`) as c from `shipments`': ['830 21'] },
  },
  {
    what: 'every product has a category, discounts are parts of one, sales are seen by product',
    entities: [
      [
        `    category: () => ofMany(Category, 'category_id').nullable(),`,
        `    category: () => ofMany(Category, 'category_id'),`,
      ],
      ['    discount: p.float(),', "    discount: p.float().check('discount >= 0 and discount < 1'),"],
      [
        '    lastName: varchar(20),',
        `    lastName: varchar(20),
    fullName: p.string().generated("(first_name || ' ' || last_name) stored"),`,
      ],
      [
        `export const Shipper =`,
        `export const ProductSales = defineEntity({
  name: 'ProductSales',
  tableName: 'product_sales',
  view: true,
  expression:
    'select product_id as id, product_name as name, sum(d.quantity) as quantity from products p join order_details d using (product_id) group by 1, 2',
  properties: {
    id: p.smallint().primary(),
    name: varchar(40),
    quantity: p.bigint(),
  },
});

export const Shipper =`,
      ],
    ],
    answers: ['--fill', 'product.category=1'],
    told: {
      'select `quantity` from `product_sales` where `id` = 1': ['828'],
      'select `full_name` from `employees` where `employee_id` = 1': ['Nancy Davolio'],
    },
  },
  {
    what: 'nothing but data: extensions have four digits',
    entities: [],
    answers: ['--empty'],
    step: [
      [
        `  async upgradeTo_7(step: Step<V6, V7>) {
`,
        `  async upgradeTo_7(step: Step<V6, V7>) {
    await step.fill(step.after.Employee, 'extension', ({ extension }) => extension?.padStart(4, '0') ?? null);
`,
      ],
    ],
    changed: ['employees'],
    changes: ['Employee.extension'],
    told: { "select count(*) as n from `employees` where `extension` like '0%'": ['3'] },
    isLossy: true,
  },
];
