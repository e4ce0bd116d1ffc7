import { UNSUPPORTED, type UnsupportedName } from '../../dialects/drivers/unsupported.ts';
import { DriverUnsupportedError } from '../../errors.ts';

/**
 * Says why a driver is not supported, and what to use instead.
 *
 * @param className the class of MikroORM's driver, for one that has no other name
 */
export function unsupportedError(guid: string, name: UnsupportedName, className: string): DriverUnsupportedError {
  const { title, why, instead } = UNSUPPORTED[name];
  const driver = name === 'unknown' ? className : title;
  return new DriverUnsupportedError(`${driver} is not supported. ${why} ${instead}`, { guid, driver });
}
