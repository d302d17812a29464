import { newId } from '#kernel';
import { kafkaForTests } from '#testing';
import { eventLogContract } from '../testing/event-log.contract.js';
import { ground, type Ground } from '../testing/ground.js';

const kafka = await kafkaForTests();

(kafka ? describe : describe.skip)('the log on Kafka', () => {
  afterAll(() => kafka?.close());
  const begin = (): Promise<Ground> =>
    ground({
      brokers: kafka!.brokers,
      prefix: `t${newId().slice(-12)}.`,
      sessionTimeoutMs: 3_000,
      idleLimitMs: 30_000,
    });
  eventLogContract(begin);
});
