import vm from 'node:vm';

/*
 * Jest gives each suite a context of its own, and compiles some five hundred files for it, MikroORM and Kysely among them:
 * V8 keeps compiled code for one context. So the first suite of a worker compiles a file, and later ones hand the result to
 * V8 with the same text. V8 checks that both fit together and that its flags are the same, and compiles the file if not.
 */

/** The code that V8 made of a file, by the file's name, and the text it was made from. */
const kept = new Map();

const keptFor = (name, code) => {
  const found = kept.get(name);
  return found?.code === code ? found.data : undefined;
};

/** Makes `node:vm` remember what it compiled, for as long as this process runs. */
export function rememberCompiled() {
  vm.SourceTextModule = rememberingModules(vm.SourceTextModule);
  vm.compileFunction = rememberingFunctions(vm.compileFunction);
}

function rememberingModules(SourceTextModule) {
  return new Proxy(SourceTextModule, {
    construct(Module, [code, options = {}]) {
      const cachedData = keptFor(options.identifier, code);
      if (cachedData) {
        try {
          return new Module(code, { ...options, cachedData });
        } catch (error) {
          if (error.code !== 'ERR_VM_MODULE_CACHED_DATA_REJECTED') throw error;
        }
      }
      const module = new Module(code, options);
      kept.set(options.identifier, { code, data: module.createCachedData() });
      return module;
    },
  });
}

function rememberingFunctions(compileFunction) {
  return (code, parameters = [], options = {}) => {
    const name = `${options.filename} (${parameters.join()})`;
    const cachedData = keptFor(name, code);
    const compiled = compileFunction(code, parameters, { ...options, cachedData, produceCachedData: !cachedData });
    if (compiled.cachedDataProduced) kept.set(name, { code, data: compiled.cachedData });
    if (compiled.cachedDataRejected) kept.delete(name);
    return compiled;
  };
}
