import { describe, expect, test } from '@jest/globals';
import { StepWatch } from '../../../lib/store/steps/step-watch.ts';

const quiet = () => new AbortController().signal;

describe('a step may not begin or end a transaction', () => {
  test.each([
    'commit',
    'COMMIT',
    '  commit work',
    'commit;',
    ';;commit',
    '-- bye\ncommit',
    '/* bye */ commit',
    '/* bye\n */\n\tCommit And Chain',
    'begin',
    'begin immediate',
    'start transaction',
    'start  transaction isolation level serializable',
    'end',
    'end transaction',
    'abort',
    'rollback',
    'rollback;',
    'rollback work',
    'rollback transaction',
    "prepare transaction 'x'",
  ])('%p', sql => {
    expect(() => new StepWatch(quiet()).before(sql)).toThrow(
      /^a step may not send ".*", because upgrade\(\) manages its transaction/,
    );
  });

  test.each([
    'select 1',
    'savepoint trx2',
    'release savepoint trx2',
    'rollback to savepoint trx2',
    'rollback to trx2',
    'rollback transaction to savepoint trx2',
    'ROLLBACK WORK TO trx2',
    "insert into log values ('commit')",
    '-- commit\nselect 1',
    '/* commit */ select 1',
    'create table commits (id integer)',
    'update ending set begin = 1',
    'prepare plan as select 1',
    'with begin as (select 1) select * from begin',
  ])('which %p does not', sql => {
    expect(() => new StepWatch(quiet()).before(sql)).not.toThrow();
  });
});

function watchOf(...statements: readonly (readonly [sql: string, error?: unknown])[]) {
  const watch = new StepWatch(quiet());
  for (const [sql, error] of statements) {
    watch.before(sql);
    watch.after(sql, error);
  }
  return watch;
}

describe('a failed statement', () => {
  const failure = new Error('no such table');
  const later = new Error('another one');

  test('is remembered, the first of several', () => {
    expect(watchOf(['select 1']).failure).toBeUndefined();
    expect(watchOf(['select 1'], ['select nonsense', failure], ['select 2']).failure).toBe(failure);
    expect(watchOf(['a', failure], ['b', later]).failure).toBe(failure);
  });

  test('is forgotten once it was taken back to a savepoint', () => {
    const statements = [['savepoint "trx2"'], ['a', failure], ['rollback to savepoint "trx2"'], ['b']] as const;
    expect(watchOf(...statements).failure).toBeUndefined();
    expect(watchOf(...statements, ['c', later]).failure).toBe(later);
  });

  test('is not forgotten when something after it was taken back', () => {
    const watch = watchOf(['a', failure], ['savepoint trx2'], ['b', later], ['rollback to savepoint trx2']);
    expect(watch.failure).toBe(failure);
  });

  test('is forgotten when its savepoint is taken back by way of an outer one', () => {
    const inner = [['savepoint trx3'], ['a', failure], ['release savepoint trx3']] as const;
    expect(watchOf(['savepoint trx2'], ...inner).failure).toBe(failure);
    expect(watchOf(['savepoint trx2'], ...inner, ['rollback to savepoint trx2']).failure).toBeUndefined();
  });

  test('is not forgotten when taking it back fails', () => {
    expect(watchOf(['savepoint s'], ['a', failure], ['rollback to s', later]).failure).toBe(failure);
  });
});

describe('the signal', () => {
  test('stops before the next statement, but not the way back to a savepoint', () => {
    const controller = new AbortController();
    const watch = new StepWatch(controller.signal);
    watch.before('select 1');
    expect(watch.interrupted).toBe(false);
    controller.abort();
    expect(() => watch.before('rollback to savepoint trx2')).not.toThrow();
    expect(watch.interrupted).toBe(false);
    expect(() => watch.before('select 2')).toThrow('the signal stopped the step');
    expect(watch.interrupted).toBe(true);
  });
});
