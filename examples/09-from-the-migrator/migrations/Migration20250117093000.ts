import { Migration } from '@mikro-orm/migrations';

export class Migration20250117093000 extends Migration {
  override up(): void {
    this.addSql(
      'create table `animal` (`id` integer not null primary key autoincrement, `name` text not null, `species` text not null);',
    );
  }

  override down(): void {
    this.addSql('drop table if exists `animal`;');
  }
}
