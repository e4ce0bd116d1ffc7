/**
 * Loads what takes backups, for a call that asks for one. It stands on a higher floor: a dump is read with frozen versions,
 * as a whole upgrade is made. No other file imports upwards.
 */
export async function loadBackups() {
  return import('../dump/backups/take-backup.ts');
}
