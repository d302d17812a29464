import { Injectable } from '@nestjs/common';
import type { SlaReportView } from '#contracts';
import type { Identity } from '#platform';
import { SlaContext } from '../sla.context.js';
import { readReportRequest } from './report-query.js';
import { reportCsv, reportOf } from './report.rules.js';
import { readFigures } from './reports.store.js';

/** Figures about promises: managers about all, others about what they may see. */
@Injectable()
export class ReportsService {
  constructor(private readonly context: SlaContext) {}

  async sla(identity: Identity, query: Record<string, unknown>): Promise<SlaReportView> {
    const request = readReportRequest(query, this.context.now());
    return reportOf(await readFigures(this.context.db, identity, request), request);
  }

  async slaCsv(identity: Identity, query: Record<string, unknown>): Promise<string> {
    const report = await this.sla(identity, query);
    const { from, to, groupBy } = report;
    this.context.logger.info({ by: identity.personId, from, to, groupBy }, 'a report was exported');
    return reportCsv(report);
  }
}
