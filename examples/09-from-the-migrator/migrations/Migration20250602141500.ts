import { Migration } from '@mikro-orm/migrations';

export class Migration20250602141500 extends Migration {
  override up(): void {
    this.addSql('alter table `animal` add column `legs` integer not null default 4;');
    this.addSql("update `animal` set `legs` = 2 where `species` = 'penguin';");
  }

  override down(): void {
    this.addSql('alter table `animal` drop column `legs`;');
  }
}
