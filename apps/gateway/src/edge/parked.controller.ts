import { Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Page, ParkedView } from '#contracts';
import { Actor, Allow, decodeCursor, encodeCursor, type Identity, readLimit } from '#platform';
import { ParkedService } from './parked.service.js';

@ApiTags('Operations')
@Controller('api/v1/parked')
@Allow('manager')
export class ParkedController {
  constructor(@Inject(ParkedService) private readonly parked: ParkedService) {}

  @Get()
  async list(@Actor() actor: Identity, @Query() query: Record<string, unknown>): Promise<Page<ParkedView>> {
    const limit = readLimit(query['limit']);
    const [after] = decodeCursor(query['cursor'], 1) ?? [''];
    const rest = (await this.parked.list(actor)).filter((entry) => entry.id > String(after));
    const items = rest.slice(0, limit);
    return { items, nextCursor: rest.length > limit ? encodeCursor([items.at(-1)!.id]) : null };
  }

  @Post(':id/replay')
  @HttpCode(200)
  replay(@Actor() actor: Identity, @Param('id') id: string): Promise<{ replayed: number }> {
    return this.parked.replay(actor, id);
  }
}
