import { Module } from '@nestjs/common';
import { ChangesModule } from '../changes/changes.module.js';
import { ChannelsModule } from '../channels/channels.module.js';
import { IngressModule } from '../ingress/ingress.module.js';
import { PeopleModule } from '../people/people.module.js';
import { AgentSockets } from './agents/agent-sockets.js';
import { ChatEntrance } from './chat/chat-entrance.service.js';
import { ChatService } from './chat/chat.service.js';
import { ChatSockets } from './chat/chat-sockets.js';
import { SocketServer } from './sockets/socket-server.js';
import { WidgetController } from './widget/widget.controller.js';

/** What is pushed: events to the agents' pages, messages to the visitors of the web chat. */
@Module({
  imports: [ChangesModule, ChannelsModule, IngressModule, PeopleModule],
  controllers: [WidgetController],
  providers: [SocketServer, AgentSockets, ChatEntrance, ChatService, ChatSockets],
})
export class RealtimeModule {}
