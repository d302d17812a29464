import { appending } from './appending.contract.js';
import type { Ground } from './ground.js';
import { handling } from './handling.contract.js';
import { members } from './members.contract.js';

/** What the event log promises, whatever carries it: run by both transports. */
export function eventLogContract(begin: () => Promise<Ground>): void {
  appending(begin);
  describe('handling', () => handling(begin));
  describe('members', () => members(begin));
}
