// A member of the group as a process of its own, to be killed and stopped by tests. It writes effects; on an event named
// "trap" it says "in hand" after its effects and waits: for ever, or until "go" comes in.
import { Database } from '#database';
import { SystemClock } from '#kernel';
import type { Envelope } from '#contracts';
import { type Transport, transportLog, writeEffects } from './transport.js';

interface Orders {
  url: string;
  role: string | null;
  transport: Transport;
  name: string;
}

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const orders = JSON.parse(process.argv[2]!) as Orders;
const go = new Promise<void>((done) => process.stdin.once('data', () => done()));
const db = new Database({ url: orders.url, schema: 'inbox', role: orders.role ?? undefined });
await db.start();
const log = transportLog(orders.transport, {
  db,
  clock: new SystemClock(),
  onError: (error) => say(`error ${error instanceof Error ? error.message : String(error)}`),
});
await log.start();
await log.subscribe({ group: 'inbox', topic: 'inbox.conversation.v1' }, async (tx, batch) => {
  await writeEffects(tx, batch, orders.name);
  const names = batch.events.map((event) => (event as Envelope<'customer.changed'>).payload.displayName);
  if (!names.includes('trap')) return;
  say('in hand');
  await go;
});
say('ready');
