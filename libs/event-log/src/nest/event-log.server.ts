import { type CustomTransportStrategy, Server } from '@nestjs/microservices';
import { from, isObservable, lastValueFrom } from 'rxjs';
import { TOPICS, type Topic } from '#contracts';
import type { Batch, EventLog, Subscription } from '../event-log.js';
import { type ConsumeOptions, type LogContext, transportOf } from './consume.js';

/** Nest's transport over our log: `app.connectMicroservice({ strategy: new EventLogServer(log, 'inbox') })`. */
export class EventLogServer extends Server implements CustomTransportStrategy {
  private subscriptions: Subscription[] = [];

  constructor(
    private readonly log: EventLog,
    private readonly group: string,
    private readonly batchSize = 500,
  ) {
    super();
    (this as { transportId?: unknown }).transportId = transportOf(group);
  }

  listen(callback: (error?: unknown) => void): void {
    this.bind().then(() => callback(), callback);
  }

  async close(): Promise<void> {
    await Promise.all(this.subscriptions.map((subscription) => subscription.stop()));
    this.subscriptions = [];
  }

  /** True while every topic of the group is being consumed. */
  healthy(): boolean {
    return this.subscriptions.length > 0 && this.subscriptions.every((subscription) => subscription.healthy());
  }

  on(): never {
    throw new Error('The event log has no transport events');
  }

  unwrap<T>(): T {
    return this.log as T;
  }

  private async bind(): Promise<void> {
    for (const [pattern, handler] of this.messageHandlers) {
      if (!(pattern in TOPICS)) throw new Error(`"${pattern}" is no topic of the event log; use @Consume(app, topic)`);
      if (handler.next) throw new Error(`${this.group} has two handlers for ${pattern}; order needs exactly one`);
      const own = handler.extras as ConsumeOptions;
      const options = { ...own, group: this.group, topic: pattern as Topic, batchSize: this.batchSize };
      const subscription = await this.log.subscribe(options, async (tx, batch: Batch) => {
        const context: LogContext = { tx };
        const answer: unknown = await handler(batch, context);
        if (isObservable(answer)) await lastValueFrom(from(answer), { defaultValue: undefined });
      });
      this.subscriptions.push(subscription);
    }
  }
}
