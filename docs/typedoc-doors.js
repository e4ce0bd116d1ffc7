import { Converter } from 'typedoc';

/**
 * Names each module by what is written after `from`.
 *
 * @param {import('typedoc').Application} app
 */
export function load(app) {
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, context => {
    for (const module of context.project.children ?? []) {
      const door = module.name.replace(/\/?index$/, '');
      module.name = door === '' ? 'mikro-orm-dejavu' : `mikro-orm-dejavu/${door}`;
    }
  });
}
