import { EventEmitter } from 'node:events';
import { Inject, Injectable } from '@nestjs/common';
import { type Headers, type Identity, IdentityResolver } from '#platform';
import { GatewayContext } from '../gateway.context.js';

export const SESSION_COOKIE = 'kairos_session';

/** Finds out who asks from the session cookie or the bearer token. */
@Injectable()
export class SessionIdentityResolver extends IdentityResolver {
  private readonly events = new EventEmitter().setMaxListeners(0);

  constructor(@Inject(GatewayContext) readonly context: GatewayContext) {
    super();
  }

  async resolve(_headers: Headers): Promise<Identity | null> {
    return null;
  }

  /** For sockets, whose handshake carries a bare token instead of a header. */
  async resolveToken(_token: string): Promise<Identity | null> {
    return null;
  }

  /**
   * Credentials, role or teams of a person changed (null: of somebody, seen from another process): who holds something
   * open resolves again, and closes it when that answers null.
   */
  onChanged(listener: (personId: string | null) => void): () => void {
    this.events.on('changed', listener);
    return () => this.events.off('changed', listener);
  }
}
