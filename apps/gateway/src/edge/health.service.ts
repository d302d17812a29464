import { Inject, Injectable } from '@nestjs/common';
import { mergeMetrics } from '#platform';
import { GatewayContext } from '../gateway.context.js';
import { AppClient } from './app-client.js';

/** One health and one set of figures for the whole installation, however many processes it has. */
@Injectable()
export class HealthService {
  constructor(
    @Inject(GatewayContext) private readonly context: GatewayContext,
    @Inject(AppClient) private readonly client: AppClient,
  ) {}

  /** What is not ready, with the reason; empty: all of it is. */
  async missing(): Promise<Record<string, string>> {
    const lists = await Promise.all([
      this.context.readiness.missing(),
      ...this.client.processes.map((app) => this.of(app)),
    ]);
    return Object.assign({}, ...lists) as Record<string, string>;
  }

  /** An app that is away has no figures; the others are still told. */
  async metrics(): Promise<string> {
    const own = await this.context.metrics.text();
    const texts = await Promise.all(
      this.client.processes.map((app) =>
        this.client.ask(app, '/metrics').then(
          ({ status, text }) => (status === 200 ? text : ''),
          () => '',
        ),
      ),
    );
    return texts.length === 0 ? own : mergeMetrics([own, ...texts]);
  }

  private async of(app: AppClient['processes'][number]): Promise<Record<string, string>> {
    try {
      const { status, text } = await this.client.ask(app, '/readyz');
      if (status === 200) return {};
      return (JSON.parse(text) as { missing?: Record<string, string> }).missing ?? { [app]: `answers ${status}` };
    } catch {
      return { [app]: 'the process does not answer' };
    }
  }
}
