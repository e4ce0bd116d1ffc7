import { createRequire } from 'node:module';
import Environment from './environment.js';

// What Jest itself uses: an import of it is another object.
const vm = createRequire(import.meta.url)('node:vm');

/**
 * Where each long spec runs: its globals are those of a plain realm. Jest's are asked for by a function at each use, which
 * takes a tenth of the time of what computes for long. To make a plain one takes a little longer, so short specs keep Jest's.
 */
export default class PlainEnvironment extends Environment {
  constructor(...options) {
    const { createContext } = vm;
    vm.createContext = () => createContext(vm.constants.DONT_CONTEXTIFY);
    try {
      super(...options);
    } finally {
      vm.createContext = createContext;
    }
  }
}
