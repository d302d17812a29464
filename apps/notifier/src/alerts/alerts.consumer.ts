import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import type { AnyEnvelope, EscalationFired } from '#contracts';
import { type Batch, Consume, type LogContext } from '#event-log';
import { answered, cancelled, type Ended } from './alert.rules.js';
import { AlertsService } from './alerts.service.js';
import { NoticeWorker } from './notice.worker.js';
import { SlackWorker } from './slack.worker.js';

/** What the clocks say. The workers begin the moment the batch has committed: Slack hears within the second. */
@Controller()
export class AlertsConsumer {
  constructor(
    private readonly alerts: AlertsService,
    private readonly slack: SlackWorker,
    private readonly notices: NoticeWorker,
  ) {}

  @Consume('notifier', 'sla.clock.v1', { commit: 'soon' })
  async handle(@Payload() batch: Batch, @Ctx() { tx }: LogContext): Promise<void> {
    const fired: EscalationFired[] = [];
    const ends = new Map<string, Ended | null>();
    for (const event of batch.events as AnyEnvelope[]) {
      if (event.type === 'escalation.fired') fired.push(event.payload);
      else if (event.type === 'wait.answered') ends.set(event.payload.waitId, answered(event.payload));
      else if (event.type === 'wait.cancelled')
        ends.set(event.payload.waitId, cancelled(event.payload, event.occurredAt));
      else if (event.type === 'wait.reopened') ends.set(event.payload.waitId, null);
    }
    await this.alerts.fire(tx, fired);
    await this.alerts.end(tx, ends);
    if (fired.length === 0 && ends.size === 0) return;
    tx.afterCommit(() => {
      this.slack.wake();
      this.notices.wake();
    });
  }
}
