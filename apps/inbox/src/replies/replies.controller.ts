import { Body, Controller, Get, HttpCode, Param, Post, Put, Query, Req, Res } from '@nestjs/common';
import { ApiConsumes, ApiBody, ApiFoundResponse, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AttachmentView, MessageView, ReplyRecipientsView } from '#contracts';
import { Actor, Allow, BODY_LIMIT, type Identity, TakesBody } from '#platform';
import { AttachmentsService } from './attachments.service.js';
import { DraftsService } from './drafts.service.js';
import { DraftDto, NoteDto, RecipientsQueryDto, ReplyDto } from './replies.dto.js';
import { RepliesService } from './replies.service.js';
import { readUpload } from './upload.js';

/** Bytes: 200,000 characters, the longest text, each escaped in JSON. */
const LONG_TEXT = 2 * 1024 * 1024;

@ApiTags('Inbox')
@Controller('api/v1')
@Allow('agent')
export class RepliesController {
  constructor(
    private readonly replies: RepliesService,
    private readonly drafts: DraftsService,
    private readonly attachments: AttachmentsService,
  ) {}

  @Post('conversations/:id/replies')
  @TakesBody(BODY_LIMIT)
  @HttpCode(202)
  reply(@Actor() actor: Identity, @Param('id') id: string, @Body() body: ReplyDto): Promise<MessageView> {
    return this.replies.reply(actor, id, body);
  }

  /** Whom a reply goes to that names nobody. */
  @Get('conversations/:id/recipients')
  recipients(
    @Actor() actor: Identity,
    @Param('id') id: string,
    @Query() { channelId }: RecipientsQueryDto,
  ): Promise<ReplyRecipientsView> {
    return this.replies.recipients(actor, id, channelId);
  }

  @Post('conversations/:id/notes')
  @TakesBody(LONG_TEXT)
  note(@Actor() actor: Identity, @Param('id') id: string, @Body() body: NoteDto): Promise<MessageView> {
    return this.replies.note(actor, id, body);
  }

  /** 204 when there is none. */
  @Get('conversations/:id/draft')
  @ApiOkResponse({ schema: { $ref: '#/components/schemas/DraftView' } })
  @ApiNoContentResponse({ description: 'There is none' })
  async draft(@Actor() actor: Identity, @Param('id') id: string, @Res() response: FastifyReply): Promise<void> {
    const draft = await this.drafts.find(actor, id);
    await (draft ? response.send(draft) : response.status(204).send());
  }

  @Put('conversations/:id/draft')
  @TakesBody(LONG_TEXT)
  @HttpCode(204)
  saveDraft(@Actor() actor: Identity, @Param('id') id: string, @Body() body: DraftDto): Promise<void> {
    return this.drafts.save(actor, id, body);
  }

  @Post('attachments')
  @ApiConsumes('multipart/form-data')
  @ApiBody({
    schema: { type: 'object', required: ['file'], properties: { file: { type: 'string', format: 'binary' } } },
  })
  @TakesBody(BODY_LIMIT)
  async upload(@Actor() actor: Identity, @Req() request: FastifyRequest): Promise<AttachmentView> {
    return this.attachments.upload(actor, await readUpload(request));
  }

  @Get('attachments/:id')
  @ApiFoundResponse({ description: 'Where it can be fetched for a short while' })
  async attachment(@Actor() actor: Identity, @Param('id') id: string, @Res() response: FastifyReply): Promise<void> {
    await response.redirect(await this.attachments.link(actor, id), 302);
  }

  @Get('messages/:id/raw')
  @ApiFoundResponse({ description: 'Where the bytes as they came can be fetched for a short while' })
  async raw(@Actor() actor: Identity, @Param('id') id: string, @Res() response: FastifyReply): Promise<void> {
    await response.redirect(await this.attachments.rawLink(actor, id), 302);
  }
}
