import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { GatewayContext } from '../gateway.context.js';
import { SessionIdentityResolver } from '../people/session-identity.resolver.js';
import { EDGE_OPTIONS, type EdgeOptions } from './edge-options.js';
import { registerProxy } from './proxy.js';
import { applyRequestRules } from './request-rules.js';
import { registerWebClient } from './web-client.js';

/** What stands in front of every route: rules for requests from outside, the other apps, the web client. */
@Injectable()
export class PublicEdge implements OnModuleInit {
  constructor(
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
    @Inject(GatewayContext) private readonly context: GatewayContext,
    @Inject(SessionIdentityResolver) private readonly resolver: SessionIdentityResolver,
    @Inject(EDGE_OPTIONS) private readonly options: EdgeOptions,
  ) {}

  /** Before Fastify is ready, so that the hook holds for routes declared earlier and later alike. */
  onModuleInit(): void {
    const fastify: FastifyInstance = this.host.httpAdapter.getInstance();
    const { config, clock } = this.context;
    const resolve = (headers: Parameters<SessionIdentityResolver['resolve']>[0]) => this.resolver.resolve(headers);
    applyRequestRules(fastify, { publicUrl: config.publicUrl, resolve });
    registerProxy(fastify, {
      apps: this.options.apps ?? {},
      secret: config.secret,
      nowMs: () => clock.now().getTime(),
      resolve,
    });
    if (this.options.webFolder) registerWebClient(fastify, this.options.webFolder);
  }
}
