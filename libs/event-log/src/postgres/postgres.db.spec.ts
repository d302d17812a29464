import { ground } from '../testing/ground.js';
import { eventLogContract } from '../testing/event-log.contract.js';

describe('the log in Postgres', () => {
  eventLogContract(() => ground({ brokers: [], prefix: '', sessionTimeoutMs: 3_000, idleLimitMs: 30_000 }));
});
