import { Module } from '@nestjs/common';
import { ChangeFeed } from './change-feed.js';
import { ChangeHooks } from './change-hooks.js';
import { ChangeWriter } from './change-writer.service.js';
import { ChangesConsumer } from './changes.consumer.js';
import { ChangesController } from './changes.controller.js';

@Module({
  controllers: [ChangesController, ChangesConsumer],
  providers: [ChangeFeed, ChangeHooks, ChangeWriter],
  exports: [ChangeFeed, ChangeHooks],
})
export class ChangesModule {}
