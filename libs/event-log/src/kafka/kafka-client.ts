import { Kafka, logLevel, type RetryOptions } from 'kafkajs';

/**
 * How long to keep trying while brokers are away: a member that keeps trying stays a member, one that gives up must first
 * be timed out by the group (30 s against 1 s, measured). kafkajs wants it repeated on every consumer and producer.
 */
export const PATIENT: RetryOptions = {
  initialRetryTime: 100,
  maxRetryTime: 1_000,
  multiplier: 2,
  factor: 0.2,
  retries: 30,
};

/** The relay and the admin give up soon (about 3 s): they hold a transaction, or somebody waits for figures. */
export const BRIEF: RetryOptions = { ...PATIENT, retries: 4 };

type OnError = (error: unknown, where: string) => void;

/** @param options.retry rules how often a broker is dialled, whatever the consumer or producer over it says */
export function kafkaClient(options: {
  brokers: string[];
  clientId: string;
  retry: RetryOptions;
  onError: OnError;
}): Kafka {
  process.env['KAFKAJS_NO_PARTITIONER_WARNING'] = '1'; // the default partitioner is the one we mean
  return new Kafka({
    brokers: options.brokers,
    clientId: options.clientId,
    connectionTimeout: 1_000,
    requestTimeout: 10_000,
    retry: options.retry,
    logLevel: logLevel.ERROR,
    logCreator: () => throttled(options.onError),
  });
}

/** kafkajs calls every hiccup an error and repeats it: each sentence is passed on once in 10 s. */
function throttled(onError: OnError) {
  const last = new Map<string, number>();
  return ({ log, namespace }: { log: { message: string; error?: unknown }; namespace: string }): void => {
    const text = `${log.message}${typeof log.error === 'string' ? `: ${log.error}` : ''}`;
    const now = performance.now();
    if (now - (last.get(text) ?? -Infinity) < 10_000) return;
    if (last.size > 100) last.clear();
    last.set(text, now);
    onError(new Error(text), `kafka ${namespace}`);
  };
}
