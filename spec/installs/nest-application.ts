/** An application on NestJS, over HTTP, in the release that its argument names. Decorators, as users write it; tsx runs it. */
const main = `
import 'reflect-metadata';
import { MikroORM, SqliteDriver } from '@mikro-orm/sqlite';
import { MikroOrmModule } from '@mikro-orm/nestjs';
import { Controller, Get, Inject, Module, type OnModuleInit } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { DejavuHealthIndicator, DejavuModule } from 'mikro-orm-dejavu/nestjs';
import { Animal } from '../entities.ts';
import { FirstZooSchema, ZooSchema } from '../schema.ts';
import { Animal as FirstAnimal } from '../versions/1.ts';

const [release, mode = 'upgrade'] = process.argv.slice(2);
const Zoo = release === 'first' ? FirstZooSchema : ZooSchema;

@Controller()
class ZooController implements OnModuleInit {
  constructor(
    @Inject(MikroORM) private readonly orm: MikroORM,
    @Inject(Zoo) private readonly schema: InstanceType<typeof Zoo>,
    @Inject(DejavuHealthIndicator) private readonly health: DejavuHealthIndicator,
  ) {}

  async onModuleInit() {
    if (release === 'first') await this.orm.em.fork().insertMany(FirstAnimal, [{ name: 'Leo' }, { name: 'Pingu' }]);
  }

  @Get()
  async zoo() {
    const animals = await this.orm.em.getConnection().execute('select * from animal order by name');
    return { version: await this.schema.deployed(), animals: animals.map(({ name, legs }: any) => ({ name, legs })) };
  }

  @Get('health')
  isHealthy() {
    return this.health.isHealthy();
  }
}

@Module({
  imports: [
    MikroOrmModule.forRoot({ driver: SqliteDriver, dbName: 'nest.db', entities: [release === 'first' ? FirstAnimal : Animal] }),
    DejavuModule.forRoot({ schemas: [Zoo], mode: mode as 'upgrade' | 'assert', logger: { log: () => undefined } }),
  ],
  controllers: [ZooController],
})
class AppModule {}

try {
  const app = await NestFactory.create(AppModule, { logger: false, abortOnError: false });
  await app.listen(0, '127.0.0.1');
  const answer = async (path: string) => (await fetch(await app.getUrl() + path)).json();
  console.log(JSON.stringify({ zoo: await answer('/'), health: await answer('/health') }));
  await app.close();
} catch (error) {
  console.log(JSON.stringify({ refused: (error as { code?: string }).code ?? String(error) }));
}
`;

/** Its files, in a folder next to those of the application that all installs have. */
export const NEST_FILES: Readonly<Record<string, string>> = {
  'nest/main.ts': main.trimStart(),
  'nest/tsconfig.json': JSON.stringify({
    extends: '../tsconfig.json',
    compilerOptions: { experimentalDecorators: true },
    include: ['main.ts'],
  }),
};
