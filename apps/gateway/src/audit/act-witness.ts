import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isId } from '#kernel';
import type { Identity } from '#platform';
import { GatewayContext } from '../gateway.context.js';
import { recordAudit } from './audit.store.js';
import { auditedAct } from './audited-acts.rules.js';

/** Writes down privileged acts that other apps carried out, before the one who asked hears that they succeeded. */
@Injectable()
export class ActWitness implements OnModuleInit {
  constructor(
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
    @Inject(GatewayContext) private readonly context: GatewayContext,
  ) {}

  onModuleInit(): void {
    const fastify: FastifyInstance = this.host.httpAdapter.getInstance();
    fastify.addHook('onSend', async (request: FastifyRequest & { identity?: Identity }, reply) => {
      if (reply.statusCode < 300 && request.identity) await this.record(request, request.identity);
    });
  }

  private async record(request: FastifyRequest, actor: Identity): Promise<void> {
    const [path, query] = request.url.split('?', 2) as [string, string | undefined];
    const act = auditedAct(request.method, path);
    if (!act) return;
    const { subjectId } = act;
    const entry = {
      ...act,
      subjectId: isId(subjectId) ? subjectId : null,
      at: this.context.now(),
      actorId: actor.personId,
      // what was exported is in the address; bodies stay out, they may hold secrets
      details: act.subjectKind === 'export' ? { query: (query ?? '').slice(0, 500) } : {},
    };
    try {
      await this.context.db.transaction((tx) => recordAudit(tx, entry));
    } catch (error) {
      this.context.logger.error({ err: error, action: act.action, actor: actor.personId }, 'the trail lost an act');
    }
  }
}
