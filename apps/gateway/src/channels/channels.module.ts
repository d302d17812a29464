import { Module } from '@nestjs/common';
import { PeopleModule } from '../people/people.module.js';
import { ChannelDirectory } from './channel-directory.js';
import { ChannelsController } from './channels.controller.js';
import { ChannelsService } from './channels.service.js';

@Module({
  imports: [PeopleModule],
  controllers: [ChannelsController],
  providers: [ChannelDirectory, ChannelsService],
  exports: [ChannelDirectory],
})
export class ChannelsModule {}
