import { Readable } from 'node:stream';
import { Controller, Get, Param, Query, StreamableFile } from '@nestjs/common';
import type { Page, WaitView } from '#contracts';
import { Actor, Allow, type Identity } from '#platform';
import type { WaitExplanation } from './explanation.rules.js';
import { readWaitFilter, readWaitPage } from './wait-filter.js';
import { WaitsService } from './waits.service.js';

/** Agents see the waits of conversations that they may see; managers all. */
@Controller('api/v1/sla')
@Allow('agent')
export class WaitsController {
  constructor(private readonly waits: WaitsService) {}

  @Get('waits')
  list(@Query() query: Record<string, unknown>, @Actor() actor: Identity): Promise<Page<WaitView>> {
    return this.waits.list(actor, readWaitPage(query));
  }

  @Get('waits.csv')
  csv(@Query() query: Record<string, unknown>, @Actor() actor: Identity): StreamableFile {
    const rows = Readable.from(this.waits.csv(actor, readWaitFilter(query)));
    return new StreamableFile(rows, {
      type: 'text/csv; charset=utf-8',
      disposition: 'attachment; filename="waits.csv"',
    });
  }

  @Get('waits/:id')
  find(@Param('id') id: string, @Actor() actor: Identity): Promise<WaitView> {
    return this.waits.find(actor, id);
  }

  @Get('waits/:id/explanation')
  explanation(@Param('id') id: string, @Actor() actor: Identity): Promise<WaitExplanation> {
    return this.waits.explanation(actor, id);
  }
}
