import type { SqlEntityManager } from '@mikro-orm/sql';
import { openModels } from '../models/frozen-models.ts';
import type { Models } from '../models/version-module.ts';
import type { Dialect } from '../dialects/dialect.ts';
import type { Editor } from '../dialects/table-editor.ts';
import type { HeldConnection } from '../store/connection.ts';
import type { StepTurn } from '../store/steps/stray-work.ts';
import type { Call } from './call.ts';
import { loadVersion, nameOfVersion } from './frozen/load-version.ts';
import { flushSides, type OperationContext, type Side } from '../operations/context.ts';
import type { Task } from './run-step.ts';
import { TextDrops } from '../sql/text-drops.ts';
import { Step } from '../operations/step.ts';

// An import that is over still takes its time, and a plan asks at every step.
const editors = new WeakMap<Dialect, Editor>();

async function loadEditor(dialect: Dialect): Promise<Editor> {
  const editor = await dialect.load.editor();
  editors.set(dialect, editor);
  return editor;
}

/** How a method is called. */
interface Calling {
  readonly task: Task;
  readonly signal: AbortSignal;
  /** The turn of the step, in which its operations have theirs. */
  readonly turn: StepTurn;
}

/** Calls the method of a step with everything it may ask for, and flushes what it left. */
export async function callMethod(
  held: HeldConnection,
  call: Call,
  em: SqlEntityManager,
  { task, signal, turn }: Calling,
): Promise<void> {
  const { guid, namespace, dialect } = call.database;
  const modules = {
    before: task.from === undefined ? undefined : await loadVersion(call, task.from),
    after: await loadVersion(call, task.version),
  };
  const opened: Partial<Record<'before' | 'after', Models>> = {};
  const open = (side: 'before' | 'after') => {
    const module = modules[side];
    const name = nameOfVersion(side === 'before' ? (task.from as number) : task.version);
    if (module) opened[side] ??= openModels(em, module, { name, namespace });
    return opened[side];
  };
  const onProgress = (done: number, total: number | undefined) =>
    call.onProgress({ type: 'progress', guid, version: task.version, done, total });
  const textDrops = new TextDrops();
  const editor = editors.get(dialect) ?? (await loadEditor(dialect));
  const operations: OperationContext = {
    guid,
    dialect,
    namespace,
    signal,
    onProgress,
    onLoss: task.onLoss,
    onDrop(what) {
      task.onDrop?.(what);
      task.observer?.onDrop(what);
    },
    textDrops,
    onRows: handing => task.observer?.onRows(handing),
    renamed: new WeakMap(),
    frozen: [...(modules.before ? [task.from as number] : []), ...(modules.after ? [task.version] : [])],
    editor: task.record?.recording(editor) ?? editor,
    sql: { execute: (sql, params) => held.executeWatched(sql, params) },
    before: () => open('before')?.em,
    after: () => open('after')?.em,
    sides: () => [...Object.values(opened).map(sideOf), { em, has: () => false }],
  };
  em.clear();
  const { version, method: name, observer } = task;
  const others = new Map<string, Models>();
  // Another Schema is looked for only by a step that reads it.
  const openOthers = async (other: string) => {
    const { openOther } = await import('./modules/open-other.ts');
    const models = others.get(other) ?? (await openOther(held, call, em, { guid: other, version, method: name }));
    others.set(other, models);
    return models;
  };
  const step = new Step({
    guid,
    version,
    method: name,
    em,
    signal,
    onProgress,
    operations,
    open,
    needs: call.definition.needsAt(version),
    openOther: openOthers,
    turn,
    observer,
  });
  const method = Reflect.get(call.schema, name) as (step: Step) => unknown;
  await turn.call(() => method.call(call.schema, step));
  // These are for reading: a change in them is refused here.
  for (const other of others.values()) await other.em.flush();
  await flushSides(operations);
  // A plan shows these statements as they are.
  for (const what of textDrops.dropped) task.onDrop?.(what);
}

function sideOf(models: Models): Side {
  const entities = new Set<unknown>(Object.values(models));
  return { em: models.em, has: entity => entities.has(entity) };
}
