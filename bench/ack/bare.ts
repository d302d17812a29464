import Fastify from 'fastify';
import pg from 'pg';

/** What the webhook is measured against: Fastify, one insert, one commit, an answer. Nothing is verified or parsed. */
const pool = new pg.Pool({ connectionString: process.env['DATABASE_URL'], max: 10 });
await pool.query(
  'create table if not exists bare (id bigint generated always as identity primary key, key text unique, raw bytea not null, received_at timestamptz not null default now())',
);

const app = Fastify();
app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
app.post('/bare', async (request, reply) => {
  const raw = request.body as Buffer;
  await pool.query('insert into bare (key, raw) values ($1, $2) on conflict do nothing', [
    /MessageSid=(\w+)/.exec(raw.toString('latin1'))?.[1],
    raw,
  ]);
  return reply.type('text/xml').send('<Response/>');
});
const address = await app.listen({ port: 0, host: '127.0.0.1' });
process.on('disconnect', () => process.exit()); // the run that started it has ended
process.send?.({ address });
