import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiQuery, ApiTags } from '@nestjs/swagger';
import type { ChangesView } from '#contracts';
import { Actor, Allow, type Identity, readLimit, readText } from '#platform';
import { ChangeFeed } from './change-feed.js';

@ApiTags('Inbox')
@Controller('api/v1/changes')
@Allow('agent')
export class ChangesController {
  constructor(@Inject(ChangeFeed) private readonly feed: ChangeFeed) {}

  /** Every event in order per conversation, none skipped by a reader who follows along. */
  @Get()
  @ApiQuery({
    name: 'since',
    required: false,
    description: 'The cursor of the answer before; left out: from the first event',
  })
  @ApiQuery({ name: 'limit', required: false })
  read(@Actor() actor: Identity, @Query() query: Record<string, unknown>): Promise<ChangesView> {
    return this.feed.read(actor, readText(query, 'since') ?? null, readLimit(query['limit']));
  }
}
