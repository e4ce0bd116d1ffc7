// The package's own door asks for reflect-metadata, which nothing here needs.
export { Check } from '../../../node_modules/@mikro-orm/decorators/legacy/Check.js';
export { Embeddable } from '../../../node_modules/@mikro-orm/decorators/legacy/Embeddable.js';
export { Embedded } from '../../../node_modules/@mikro-orm/decorators/legacy/Embedded.js';
export { Entity } from '../../../node_modules/@mikro-orm/decorators/legacy/Entity.js';
export { Enum } from '../../../node_modules/@mikro-orm/decorators/legacy/Enum.js';
export { Index, Unique } from '../../../node_modules/@mikro-orm/decorators/legacy/Indexed.js';
export { ManyToMany } from '../../../node_modules/@mikro-orm/decorators/legacy/ManyToMany.js';
export { ManyToOne } from '../../../node_modules/@mikro-orm/decorators/legacy/ManyToOne.js';
export { OneToMany } from '../../../node_modules/@mikro-orm/decorators/legacy/OneToMany.js';
export { OneToOne } from '../../../node_modules/@mikro-orm/decorators/legacy/OneToOne.js';
export { PrimaryKey } from '../../../node_modules/@mikro-orm/decorators/legacy/PrimaryKey.js';
export { Property } from '../../../node_modules/@mikro-orm/decorators/legacy/Property.js';
export { Trigger } from '../../../node_modules/@mikro-orm/decorators/legacy/Trigger.js';
