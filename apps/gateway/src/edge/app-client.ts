import { Inject, Injectable } from '@nestjs/common';
import { DomainError } from '#kernel';
import { IDENTITY_HEADER, type Identity, signIdentity } from '#platform';
import { GatewayContext } from '../gateway.context.js';
import { EDGE_OPTIONS, type EdgeOptions, type ProxiedApp } from './edge-options.js';

export interface AppAnswer {
  app: ProxiedApp;
  status: number;
  text: string;
}

const PATIENCE_MS = 3_000;

/** Asks the other apps for what gateway shows together (health, metrics, parked events, API description). */
@Injectable()
export class AppClient {
  constructor(
    @Inject(EDGE_OPTIONS) private readonly options: EdgeOptions,
    @Inject(GatewayContext) private readonly context: GatewayContext,
  ) {}

  get apps(): ProxiedApp[] {
    return Object.keys(this.options.apps ?? {}) as ProxiedApp[];
  }

  /** One app of each process: what a process tells of itself is asked once, however many apps live in it. */
  get processes(): ProxiedApp[] {
    const first = new Map(this.apps.toReversed().map((app) => [this.options.apps![app]!, app]));
    return [...first.values()].toReversed();
  }

  /** @throws DomainError app_unavailable when it does not answer at all */
  async ask(app: ProxiedApp, path: string, options: { method?: string; as?: Identity } = {}): Promise<AppAnswer> {
    const { secret } = this.context.config;
    const headers: Record<string, string> = {};
    if (options.as) headers[IDENTITY_HEADER] = signIdentity(secret, options.as, this.context.now().getTime());
    try {
      const signal = AbortSignal.timeout(PATIENCE_MS);
      const answer = await fetch(this.options.apps![app]! + path, { method: options.method ?? 'GET', headers, signal });
      return { app, status: answer.status, text: await answer.text() };
    } catch (cause) {
      throw new DomainError(
        'app_unavailable',
        'unavailable',
        `${app} does not answer right now. Try again in a moment.`,
        { app },
        { cause },
      );
    }
  }
}
