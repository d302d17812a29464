import { Inject, Injectable, Optional } from '@nestjs/common';
import type { ParkedView, Problem } from '#contracts';
import { isTransient } from '#database';
import { DomainError, isId, notFound } from '#kernel';
import { type AppContext, CONTEXTS, type Identity } from '#platform';
import { GatewayContext } from '../gateway.context.js';
import { recordAudit } from '../audit/audit.store.js';
import { AppClient } from './app-client.js';
import { EDGE_OPTIONS, type EdgeOptions } from './edge-options.js';

/** Events that could not be handled, of every app, in this process and in others. */
@Injectable()
export class ParkedService {
  constructor(
    @Inject(GatewayContext) private readonly context: GatewayContext,
    @Inject(AppClient) private readonly client: AppClient,
    @Inject(EDGE_OPTIONS) private readonly edge: EdgeOptions,
    @Optional() @Inject(CONTEXTS) private readonly contexts: AppContext[] | null,
  ) {}

  /** Oldest first. */
  async list(asker: Identity): Promise<ParkedView[]> {
    const lists = await Promise.all([
      ...this.local().map((context) => context.log.parked()),
      ...this.client.processes.map(async (app) => {
        const { text } = await this.client.ask(app, '/internal/v1/parked', { as: asker });
        return (JSON.parse(text) as { items?: ParkedView[] }).items ?? [];
      }),
    ]);
    return lists.flat().sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** Handles it and what queues behind it again; answers how many events that were. */
  async replay(asker: Identity, id: string): Promise<{ replayed: number }> {
    const entry = isId(id) ? (await this.list(asker)).find((parked) => parked.id === id) : undefined;
    if (!entry) throw notFound('parked_event', id);
    const context = this.local().find(({ app }) => app === entry.app);
    const replayed = context ? await this.here(context, id) : await this.there(asker, entry, id);
    await this.context.db.transaction((tx) =>
      recordAudit(tx, {
        at: this.context.now(),
        actorId: asker.personId,
        action: 'parked_event.replayed',
        subjectKind: 'parked_event',
        subjectId: id,
        details: { app: entry.app, topic: entry.topic, key: entry.key, replayed },
      }),
    );
    return { replayed };
  }

  /** The apps whose events this process handles. */
  private local(): AppContext[] {
    return (this.contexts ?? [this.context]).filter(({ consumes }) => consumes);
  }

  private async here(context: AppContext, id: string): Promise<number> {
    try {
      return await context.log.replay(id);
    } catch (error) {
      if (error instanceof DomainError || isTransient(error)) throw error;
      throw stillFails((error as Error).message);
    }
  }

  private async there(asker: Identity, entry: ParkedView, id: string): Promise<number> {
    const process = entry.app === 'gateway' ? this.edge.projectedBy : entry.app;
    const app = this.client.apps.find((known) => known === process);
    if (!app) throw notFound('parked_event', id);
    const path = `/internal/v1/parked/${id}/replay`;
    const { status, text } = await this.client.ask(app, path, { method: 'POST', as: asker });
    const body = JSON.parse(text) as { replayed?: number } & Partial<Problem>;
    if (status < 300) return body.replayed ?? 0;
    throw stillFails(body.detail ?? `it answered ${status}`);
  }
}

const stillFails = (reason: string) =>
  new DomainError(
    'replay_failed',
    'conflict',
    `It could not be handled this time either: ${reason.slice(0, 500)}. It stays parked; mend the cause and replay it again.`,
  );
