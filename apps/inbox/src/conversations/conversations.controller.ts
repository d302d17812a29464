import { Body, Controller, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { ConversationView, MessageView, Page } from '#contracts';
import { Actor, Allow, type Identity } from '#platform';
import type { CountsRow } from './conversation-list.store.js';
import { ConversationCommandsService } from './conversation-commands.service.js';
import { ChangeConversationDto, MergeConversationDto, SplitConversationDto } from './conversations.dto.js';
import { CorrectionsService } from './corrections.service.js';
import { ConversationsService } from './conversations.service.js';
import { MergeService } from './merge.service.js';

@ApiTags('Inbox')
@Controller('api/v1')
@Allow('agent')
export class ConversationsController {
  constructor(
    private readonly conversations: ConversationsService,
    private readonly commands: ConversationCommandsService,
    private readonly merges: MergeService,
    private readonly corrections: CorrectionsService,
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

  /** Into another one of the same customer; its later mail follows. Answers the one that goes on. */
  @Post('conversations/:id/merge')
  @HttpCode(200)
  merge(
    @Actor() actor: Identity,
    @Param('id') id: string,
    @Body() body: MergeConversationDto,
  ): Promise<ConversationView> {
    return this.merges.merge(actor, id, body.intoId);
  }

  @Post('conversations/:id/unmerge')
  @HttpCode(200)
  unmerge(@Actor() actor: Identity, @Param('id') id: string): Promise<ConversationView> {
    return this.merges.unmerge(actor, id);
  }

  /** Answers the new conversation. */
  @Post('conversations/:id/split')
  split(
    @Actor() actor: Identity,
    @Param('id') id: string,
    @Body() body: SplitConversationDto,
  ): Promise<ConversationView> {
    return this.merges.split(actor, id, body.fromSeq);
  }

  /** The message was set aside (automatic, closing thanks) and needs an answer after all. Answers its conversation. */
  @Post('messages/:id/needs-answer')
  @HttpCode(200)
  needsAnswer(@Actor() actor: Identity, @Param('id') id: string): Promise<ConversationView> {
    return this.corrections.needsAnswer(actor, id);
  }

  @Get('counts')
  counts(@Actor() actor: Identity): Promise<CountsRow> {
    return this.conversations.counts(actor);
  }
}
