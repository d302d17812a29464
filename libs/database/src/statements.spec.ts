import { isTransient } from './pg-errors.js';
import { Statements } from './statements.js';

describe('a statement that comes again', () => {
  const named = (statements: Statements, text: string) => statements.statement(text, []).name;

  it('is prepared from the third time on, under one name of its own', () => {
    const statements = new Statements();
    expect([1, 2, 3, 4].map(() => named(statements, 'select 1'))).toEqual([
      undefined,
      undefined,
      'kairos_0_0',
      'kairos_0_0',
    ]);
    expect([1, 2, 3].map(() => named(statements, 'select 2'))).toEqual([undefined, undefined, 'kairos_0_1']);
  });

  it('is sent as it is when there are too many', () => {
    const statements = new Statements();
    for (let n = 0; n < 400; n++) named(statements, `select ${n}`);
    expect([1, 2, 3, 4].map(() => named(statements, 'one too many'))).toEqual(Array(4).fill(undefined));
  });

  it('gets another name once tables have changed, and whoever was refused may try again', () => {
    const statements = new Statements();
    for (let n = 0; n < 3; n++) named(statements, 'select 1');
    statements.forget();
    expect([1, 2, 3].map(() => named(statements, 'select 1')).at(-1)).toBe('kairos_1_0');
    expect(isTransient({ code: '0A000', message: 'cached plan must not change result type' })).toBe(true);
    expect(isTransient({ code: '0A000', message: 'cross-database references are not implemented' })).toBe(false);
  });
});
