import type { DatabaseTable, SqlPolicyDef } from '@mikro-orm/sql';
import { quoteName } from '../../../sql/quoting.ts';
import type { LiveExtra, LiveTable } from '../../table-changes.ts';
import { stored } from '../names.ts';

/** Row security and policies, if an entity says anything of them; policies as they were made on a specimen. */
export function wantedExtras(table: DatabaseTable, own: LiveTable | undefined): readonly LiveExtra[] | undefined {
  const policies = table.getPolicies().map(({ name }): LiveExtra => {
    const made = own?.extras?.find(extra => extra.kind === 'policy' && extra.name === stored(name));
    return made ?? { kind: 'policy', name: stored(name), definition: '' };
  });
  const { rlsEnabled, rlsForced } = table;
  const definition = rlsForced ? 'forced' : 'enabled';
  const security: LiveExtra[] = rlsEnabled || rlsForced ? [{ kind: 'row security', name: '', definition }] : [];
  const extras = [...policies, ...security];
  return extras.length > 0 ? extras : undefined;
}

/** Writes the statement that makes a policy on a table. */
export function policySql({ name, type, command, roles, using, check }: SqlPolicyDef, table: string): string {
  const to = roles.map(role => (role === 'public' ? role : quoteName(role)));
  return [
    `create policy ${quoteName(name)} on ${table}`,
    ...(type === 'restrictive' ? ['as restrictive'] : []),
    `for ${command}`,
    ...(to.length > 0 ? [`to ${to.join(', ')}`] : []),
    ...(using ? [`using (${using})`] : []),
    ...(check ? [`with check (${check})`] : []),
  ].join(' ');
}
