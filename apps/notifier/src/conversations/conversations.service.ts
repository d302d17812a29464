import { Injectable } from '@nestjs/common';
import type { Audience } from '#contracts';
import type { Tx } from '#database';
import { keepAudiences } from './conversations.store.js';

@Injectable()
export class ConversationsService {
  keep(tx: Tx, audiences: Map<string, Audience>): void {
    keepAudiences(tx, audiences);
  }
}
