import { isTransient } from './pg-errors.js';
import { type Connection, Statements } from './statements.js';

/** Answers like a server and remembers what it was asked. */
class Server implements Connection {
  readonly asked: string[] = [];

  query(statement: Parameters<Connection['query']>[0]): Promise<{ rows: unknown[] }> {
    this.asked.push(typeof statement === 'string' ? statement : (statement.name ?? statement.text));
    return Promise.resolve({ rows: [] });
  }
}

describe('a statement that comes again', () => {
  let statements: Statements;
  let server: Server;
  beforeEach(() => {
    statements = new Statements();
    server = new Server();
  });
  const ask = async (text: string, times: number, values: unknown[] = []) => {
    for (let n = 0; n < times; n++) await statements.run(server, text, values);
  };

  it('is prepared from the third time on, under a name of its own', async () => {
    await ask('one', 4);
    await ask('two', 3);
    expect(server.asked).toEqual(['one', 'one', 'kairos_1', 'kairos_1', 'two', 'two', 'kairos_2']);
  });

  it('is planned anew each time it has done twice the work, and the old plan is given back', async () => {
    await ask('one', 24);
    expect(new Set(server.asked)).toEqual(
      new Set([
        'one',
        'kairos_1',
        'deallocate kairos_1',
        'kairos_2',
        'deallocate kairos_2',
        'kairos_3',
        ...['deallocate kairos_3', 'kairos_4'],
      ]),
    );
    expect(server.asked.indexOf('kairos_2')).toBe(server.asked.indexOf('deallocate kairos_1') - 1);
  });

  it('a large batch is as much work as many small ones', async () => {
    await ask('one', 3);
    await ask('one', 1, ['x'.repeat(100_000)]);
    expect(server.asked.slice(-2)).toEqual(['kairos_2', 'deallocate kairos_1']);
    await ask('one', 40);
    expect(server.asked.at(-1)).toBe('kairos_2');
  });

  it('is sent as it is when there are too many', async () => {
    for (let n = 0; n < 400; n++) await ask(`select ${n}`, 1);
    await ask('one too many', 4);
    expect(server.asked.slice(-4)).toEqual(Array(4).fill('one too many'));
  });

  it('refused because tables have changed may be tried again', () => {
    expect(isTransient({ code: '0A000', message: 'cached plan must not change result type' })).toBe(true);
    expect(isTransient({ code: '0A000', message: 'cross-database references are not implemented' })).toBe(false);
  });
});
