import { Controller, Get, Header, Query } from '@nestjs/common';
import type { SlaReportView } from '#contracts';
import { Actor, Allow, type Identity } from '#platform';
import { ReportsService } from './reports.service.js';

/** What managers see is what agents see about themselves and their teams (no covert control). */
@Controller('api/v1/reports')
@Allow('agent')
export class ReportsController {
  constructor(private readonly reports: ReportsService) {}

  @Get('sla')
  sla(@Query() query: Record<string, unknown>, @Actor() actor: Identity): Promise<SlaReportView> {
    return this.reports.sla(actor, query);
  }

  @Get('sla.csv')
  @Header('content-type', 'text/csv; charset=utf-8')
  @Header('content-disposition', 'attachment; filename="sla.csv"')
  slaCsv(@Query() query: Record<string, unknown>, @Actor() actor: Identity): Promise<string> {
    return this.reports.slaCsv(actor, query);
  }
}
