import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { ChannelView, Page } from '#contracts';
import { invalid, isId } from '#kernel';
import { Actor, Allow, decodeCursor, encodeCursor, type Identity, readLimit } from '#platform';
import { ChangeChannelDto, CreateChannelDto } from './channels.dto.js';
import { ChannelsService } from './channels.service.js';

@ApiTags('Channels')
@Controller('api/v1/channels')
export class ChannelsController {
  constructor(@Inject(ChannelsService) private readonly channels: ChannelsService) {}

  @Get()
  @Allow('agent')
  async list(@Actor() actor: Identity, @Query() query: Record<string, unknown>): Promise<Page<ChannelView>> {
    const limit = readLimit(query['limit']);
    const [after] = decodeCursor(query['cursor'], 1) ?? [null];
    if (after !== null && !isId(after)) throw invalid('invalid_cursor', 'Use nextCursor of the page before.');
    const items = await this.channels.list(actor, after, limit);
    return { items, nextCursor: items.length === limit ? encodeCursor([items.at(-1)!.id]) : null };
  }

  @Get(':id')
  @Allow('agent')
  get(@Actor() actor: Identity, @Param('id') id: string): Promise<ChannelView> {
    return this.channels.get(actor, id);
  }

  @Post()
  @Allow('manager')
  create(@Actor() actor: Identity, @Body() body: CreateChannelDto): Promise<ChannelView> {
    return this.channels.create(actor, body);
  }

  @Patch(':id')
  @Allow('manager')
  change(@Actor() actor: Identity, @Param('id') id: string, @Body() body: ChangeChannelDto): Promise<ChannelView> {
    return this.channels.change(actor, id, body);
  }

  @Delete(':id')
  @HttpCode(204)
  @Allow('manager')
  async remove(@Actor() actor: Identity, @Param('id') id: string): Promise<void> {
    await this.channels.remove(actor, id);
  }
}
