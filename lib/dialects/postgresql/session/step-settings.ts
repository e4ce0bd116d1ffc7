import type { StepSettings } from '../../dialect.ts';

/** Sets something beyond the transaction: at the beginning of a statement, by a function, or within a block of code. */
const SETS =
  /(?:^|;)(?:\s|--[^\n]*\n|\/\*(?:[^*]|\*(?!\/))*\*\/)*(?:set\s+(?!local\b|constraints\b|transaction\b)|reset\b|do\b)|\bset_config\b/i;

// These two are not among the others, and the others may need the rights that come with them.
const ROLES = ['session_authorization', 'role'];

const READ =
  `select name, setting, source = 'session'::pg_catalog.text as own from pg_catalog.pg_settings where context in ('user', 'superuser') union all ` +
  ROLES.map(name => `select '${name}', pg_catalog.current_setting('${name}'), true`).join(' union all ');

/** The settings of PostgreSQL: all of them are compared, since a function can set any. */
export const postgresqlSettings: StepSettings = {
  setIn: sql => (SETS.test(sql) ? 'settings' : undefined),

  async remember(held) {
    const before = new Map((await held.execute(READ)).map(row => [String(row.name), row]));
    return async () => {
      const changed = (await held.execute(READ)).filter(
        ({ name, setting }) => before.get(String(name))?.setting !== setting,
      );
      const names = changed.map(({ name }) => String(name));
      const roles = ROLES.filter(name => names.includes(name));
      for (const name of [...roles, ...names.filter(each => !ROLES.includes(each))]) {
        const { own, setting } = before.get(name) ?? {};
        if (own === true) await held.execute(`select pg_catalog.set_config(?, ?, false)`, [name, setting]);
        else await held.execute(`reset ${name}`);
      }
    };
  },
};
