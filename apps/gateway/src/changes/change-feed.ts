import { Inject, Injectable } from '@nestjs/common';
import type { ChangesView, ChangeView } from '#contracts';
import type { Identity } from '#platform';
import { GatewayContext } from '../gateway.context.js';
import type { ChangeAudience } from './audience.rules.js';

/** One change as it is handed to the sockets, with who may see it. */
export interface ChangeEntry {
  /** Opaque, as in `ChangesView.cursor`: what a client that has seen this one sends to go on. */
  cursor: string;
  change: ChangeView;
  audience: ChangeAudience;
}

/** The feed of public facts in one order for everybody: cursors commit in order, so none is skipped. */
@Injectable()
export class ChangeFeed {
  constructor(@Inject(GatewayContext) readonly context: GatewayContext) {}

  /**
   * What `identity` may see after `cursor` (null: from the first event), at most `limit`; the answered cursor has
   * passed over what may not be seen.
   * @throws DomainError invalid_cursor
   */
  async read(_identity: Identity, _cursor: string | null, _limit: number): Promise<ChangesView> {
    return { items: [], cursor: '' };
  }

  /** The cursor of the newest change. */
  async last(): Promise<string> {
    return '';
  }

  /** How many changes (of anybody) came after the cursor; null when it is not one of ours. */
  async missedSince(_cursor: string): Promise<number | null> {
    return null;
  }

  /** New changes, in order, each once per process; those before the call are not among them. */
  onChange(_listener: (entries: ChangeEntry[]) => void): () => void {
    return () => undefined;
  }
}
