import { type DynamicModule, Module } from '@nestjs/common';
import type { AppContext } from '#platform';
import { AlertsConsumer } from './alerts/alerts.consumer.js';
import { AlertsService } from './alerts/alerts.service.js';
import { DestinationsController } from './alerts/destinations.controller.js';
import { DestinationsService } from './alerts/destinations.service.js';
import { NoticeSenders } from './alerts/notice.senders.js';
import { NoticeService } from './alerts/notice.service.js';
import { NoticeWorker } from './alerts/notice.worker.js';
import { SlackService } from './alerts/slack.service.js';
import { SlackWorker } from './alerts/slack.worker.js';
import { ConversationsConsumer } from './conversations/conversations.consumer.js';
import { ConversationsService } from './conversations/conversations.service.js';
import { DeliveryController } from './delivery/delivery.controller.js';
import { DeliveryListService } from './delivery/delivery-list.service.js';
import { DeliveryService } from './delivery/delivery.service.js';
import { DeliveryWorker } from './delivery/delivery.worker.js';
import { ReportsConsumer } from './delivery/reports.consumer.js';
import { Senders } from './delivery/senders.js';
import { DirectoryConsumer } from './directory/directory.consumer.js';
import { DirectoryService } from './directory/directory.service.js';
import { NotifierMetrics } from './metrics.js';
import { NotifierContext } from './notifier.context.js';

@Module({})
class NotifierContextModule {}

@Module({
  controllers: [
    ConversationsConsumer,
    ReportsConsumer,
    AlertsConsumer,
    DirectoryConsumer,
    DeliveryController,
    DestinationsController,
  ],
  providers: [
    DirectoryService,
    ConversationsService,
    Senders,
    DeliveryService,
    DeliveryListService,
    DeliveryWorker,
    AlertsService,
    SlackService,
    SlackWorker,
    NoticeService,
    NoticeSenders,
    NoticeWorker,
    DestinationsService,
    NotifierMetrics,
  ],
})
class NotifierModule {}

/** Replies to customers and alerts to staff: everything that leaves the house. */
export function notifierModule(context: AppContext): DynamicModule {
  const contextModule: DynamicModule = {
    module: NotifierContextModule,
    global: true,
    providers: [{ provide: NotifierContext, useValue: context }],
    exports: [NotifierContext],
  };
  return { module: NotifierModule, imports: [contextModule] };
}
