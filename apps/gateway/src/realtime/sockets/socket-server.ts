import type { Server as HttpServer } from 'node:http';
import { type BeforeApplicationShutdown, Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { Server } from 'socket.io';
import { GatewayContext } from '../../gateway.context.js';
import type { NamespaceWith, SocketWith } from './doorman.js';

/** A frame larger than this closes its connection: the longest chat message is a few kB. */
const MAX_FRAME_BYTES = 64 * 1024;

/** socket.io on the port that serves everything else. */
@Injectable()
export class SocketServer implements OnModuleInit, BeforeApplicationShutdown {
  private readonly io = new Server({
    serveClient: false,
    maxHttpBufferSize: MAX_FRAME_BYTES,
    // Without credentials: a page elsewhere may talk as a stranger, and then the namespace looks at its origin.
    cors: { origin: true, credentials: false },
  });

  constructor(
    @Inject(GatewayContext) private readonly context: GatewayContext,
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
  ) {
    const gauge = context.metrics.gauge('kairos_sockets', 'Open socket.io connections');
    context.metrics.onScrape(async () => gauge.set(this.count()));
  }

  onModuleInit(): void {
    this.io.attach(this.host.httpAdapter.getHttpServer() as HttpServer);
  }

  namespace<State>(name: string): NamespaceWith<State> {
    return this.io.of(name) as unknown as NamespaceWith<State>;
  }

  count(): number {
    return [...this.io._nsps.values()].reduce((sum, namespace) => sum + namespace.sockets.size, 0);
  }

  /** Ours, whatever name we are called by: PUBLIC_URL, or the host that the request itself names. */
  isOwnOrigin(origin: string, socket: SocketWith<unknown>): boolean {
    if (!URL.canParse(origin)) return false;
    const { origin: normal, host } = new URL(origin);
    return normal === new URL(this.context.config.publicUrl).origin || host === socket.handshake.headers.host;
  }

  beforeApplicationShutdown(): void {
    this.io.disconnectSockets(true);
    this.io.engine?.close();
  }
}

/**
 * Lets go of the whole HTTP request behind a connection, which is most of what an idle socket costs; keeps what a
 * further namespace on the same connection would look at.
 */
export function slim(socket: SocketWith<unknown>): void {
  const { origin, host, cookie, authorization } = socket.handshake.headers;
  const kept = { headers: { origin, host, cookie, authorization }, connection: {}, url: '', _query: {} };
  (socket.conn as unknown as { request: unknown }).request = kept;
}
