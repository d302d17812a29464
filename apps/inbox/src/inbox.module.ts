import { type DynamicModule, Global, Inject, Injectable, Module, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import type { AppContext } from '#platform';
import { ConversationCommandsService } from './conversations/conversation-commands.service.js';
import { ConversationsController } from './conversations/conversations.controller.js';
import { ConversationsService } from './conversations/conversations.service.js';
import { CorrectionsService } from './conversations/corrections.service.js';
import { MergeService } from './conversations/merge.service.js';
import { CustomersController } from './customers/customers.controller.js';
import { CustomersService } from './customers/customers.service.js';
import { DeliveriesConsumer } from './deliveries/deliveries.consumer.js';
import { DeliveriesService } from './deliveries/deliveries.service.js';
import { DirectoryConsumer } from './directory/directory.consumer.js';
import { DirectoryService } from './directory/directory.service.js';
import { DueConsumer } from './due/due.consumer.js';
import { DueService } from './due/due.service.js';
import { InboxContext } from './inbox.context.js';
import { AttachmentsService } from './replies/attachments.service.js';
import { DraftsService } from './replies/drafts.service.js';
import { RepliesController } from './replies/replies.controller.js';
import { RepliesService } from './replies/replies.service.js';
import { acceptUploads } from './replies/upload.js';
import { SearchService } from './search/search.service.js';
import { SearchWorker } from './search/search.worker.js';
import { SnoozeAlarm } from './snooze/snooze-alarm.js';
import { SnoozeWorker } from './snooze/snooze.worker.js';
import { WakeService } from './snooze/wake.service.js';
import { IntakeConsumer } from './threading/intake.consumer.js';
import { IntakeService } from './threading/intake.service.js';
import { ThreadedMetrics } from './threading/threaded.metrics.js';

@Global()
@Module({})
class InboxContextModule {}

/** Multipart forms have to be known before the routes are. */
@Injectable()
class Uploads implements OnModuleInit {
  constructor(@Inject(HttpAdapterHost) private readonly host: HttpAdapterHost) {}

  async onModuleInit(): Promise<void> {
    const fastify = this.host.httpAdapter?.getInstance<FastifyInstance>();
    if (fastify) await acceptUploads(fastify);
  }
}

@Module({})
export class InboxModule {}

/** Everything of inbox over its context. */
export function inboxModule(context: AppContext): DynamicModule {
  return {
    module: InboxModule,
    imports: [
      {
        module: InboxContextModule,
        providers: [{ provide: InboxContext, useValue: context }],
        exports: [InboxContext],
      },
    ],
    controllers: [
      IntakeConsumer,
      DirectoryConsumer,
      DeliveriesConsumer,
      DueConsumer,
      ConversationsController,
      CustomersController,
      RepliesController,
    ],
    providers: [
      Uploads,
      IntakeService,
      ConversationsService,
      ConversationCommandsService,
      MergeService,
      CorrectionsService,
      CustomersService,
      RepliesService,
      AttachmentsService,
      DraftsService,
      DeliveriesService,
      DirectoryService,
      DueService,
      SearchService,
      WakeService,
      SnoozeAlarm,
      SnoozeWorker,
      SearchWorker,
      ThreadedMetrics,
    ],
  };
}
