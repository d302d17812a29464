import { Body, Controller, Get, Param, Patch, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { ConversationView, MessageView, Page } from '#contracts';
import { Actor, Allow, type Identity } from '#platform';
import type { CountsRow } from './conversation-list.store.js';
import { ConversationCommandsService } from './conversation-commands.service.js';
import { ChangeConversationDto } from './conversations.dto.js';
import { ConversationsService } from './conversations.service.js';

@ApiTags('Inbox')
@Controller('api/v1')
@Allow('agent')
export class ConversationsController {
  constructor(
    private readonly conversations: ConversationsService,
    private readonly commands: ConversationCommandsService,
  ) {}

  @Get('conversations')
  list(@Actor() actor: Identity, @Query() query: Record<string, unknown>): Promise<Page<ConversationView>> {
    return this.conversations.list(actor, query);
  }

  @Get('conversations/:id')
  get(@Actor() actor: Identity, @Param('id') id: string): Promise<ConversationView> {
    return this.conversations.get(actor, id);
  }

  @Get('conversations/:id/messages')
  messages(
    @Actor() actor: Identity,
    @Param('id') id: string,
    @Query() query: Record<string, unknown>,
  ): Promise<Page<MessageView>> {
    return this.conversations.messages(actor, id, query);
  }

  @Patch('conversations/:id')
  change(
    @Actor() actor: Identity,
    @Param('id') id: string,
    @Body() body: ChangeConversationDto,
  ): Promise<ConversationView> {
    return this.commands.change(actor, id, body);
  }

  @Get('counts')
  counts(@Actor() actor: Identity): Promise<CountsRow> {
    return this.conversations.counts(actor);
  }
}
