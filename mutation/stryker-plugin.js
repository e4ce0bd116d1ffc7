import { declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin';
import { determineHitLimitReached, DryRunStatus, MutantRunStatus, TestStatus } from '@stryker-mutator/api/test-runner';

/** What the files that Stryker changed look at: which change is to be made. */
const changes = (globalThis.__stryker__ ??= {});

/** Stands for what a spec does while it is loaded, as if that were a test. */
const loadingOf = file => `${file}: loading`;

/** Has Stryker's changes judged by our specs, all in one process. */
class SpecRunner {
  /** Whether the specs are loaded, all of them and without a change. */
  #isClean = false;

  capabilities() {
    return { reloadEnvironment: true };
  }

  async dryRun() {
    const { loadSpecs, runTests } = await import('./spec-runner.js');
    const files = [];
    await loadSpecs(file => {
      changes.currentTestId = loadingOf(file);
      files.push(file);
    });
    const results = await runTests(undefined, ({ id }) => void (changes.currentTestId = id));
    changes.currentTestId = undefined;
    this.#isClean = true;
    return {
      status: DryRunStatus.Complete,
      mutantCoverage: changes.mutantCoverage,
      tests: [
        ...files.map(file => ({
          id: loadingOf(file),
          name: loadingOf(file),
          fileName: file,
          timeSpentMs: 0,
          status: TestStatus.Success,
        })),
        ...results.map(({ test: { id, name, file }, error, ms }) => ({
          id,
          name,
          fileName: file,
          timeSpentMs: ms,
          ...(error === undefined
            ? { status: TestStatus.Success }
            : { status: TestStatus.Failed, failureMessage: error }),
        })),
      ],
    };
  }

  /**
   * What a cache has kept decides nothing: a change that survives is tried afresh, and so is one that is killed by a test
   * that fails without it as well.
   */
  async mutantRun({ activeMutant: { id }, testFilter = [], hitLimit }) {
    const { files, runTests } = await import('./spec-runner.js');
    // What is reached while specs are loaded is changed from the beginning, and any test may notice.
    if (files.some(file => testFilter.includes(loadingOf(file)))) return this.#run(id, hitLimit, { loads: true });
    const isChosen = test => testFilter.includes(test.id);
    const found = await this.#run(id, hitLimit, { isChosen });
    const isSure =
      found.status === MutantRunStatus.Killed
        ? (await runTests(test => found.killedBy.includes(test.id))).every(({ error }) => error === undefined)
        : found.status !== MutantRunStatus.Survived;
    if (isSure) return found;
    this.#isClean = false;
    return this.#run(id, hitLimit, { isChosen });
  }

  /** Runs tests with a change: while they run, or from the beginning. */
  async #run(id, hitLimit, { loads = false, isChosen }) {
    const { loadSpecs, runTests } = await import('./spec-runner.js');
    Object.assign(changes, { hitLimit, hitCount: hitLimit === undefined ? undefined : 0 });
    const tooMany = () => determineHitLimitReached(changes.hitCount, hitLimit);
    try {
      if (loads) changes.activeMutant = id;
      if (loads || !this.#isClean) await loadSpecs();
      this.#isClean = !loads;
      changes.activeMutant = id;
      const results = await runTests(isChosen);
      const nrOfTests = results.length;
      const last = results.at(-1);
      return (
        tooMany() ??
        (last?.error === undefined
          ? { status: MutantRunStatus.Survived, nrOfTests }
          : { status: MutantRunStatus.Killed, nrOfTests, killedBy: [last.test.id], failureMessage: last.error })
      );
    } catch (error) {
      this.#isClean = false;
      return tooMany() ?? { status: MutantRunStatus.Error, errorMessage: String(error?.stack ?? error) };
    } finally {
      Object.assign(changes, { activeMutant: undefined, hitLimit: undefined, hitCount: undefined });
    }
  }
}

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'specs', SpecRunner)];
