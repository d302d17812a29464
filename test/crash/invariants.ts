import type { ChangesView, ConversationView, EscalationFired, MessageView, Page, WaitView } from '#contracts';
import type { Product } from '../../e2e/lib/product.js';
import type { Ledger } from './load.js';

/** Every item of a list, page by page. */
async function all<T>(product: Product, where: string): Promise<T[]> {
  const items: T[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const join = where.includes('?') ? '&' : '?';
    const page: Page<T> = await product.get(
      `${where}${join}limit=200${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`,
    );
    items.push(...page.items);
    cursor = page.nextCursor;
  }
  return items;
}

async function messagesOf(product: Product, id: string): Promise<MessageView[]> {
  const items: MessageView[] = [];
  for (let after = 0; ; after = items.at(-1)!.seq) {
    const page = await product.get<Page<MessageView>>(`conversations/${id}/messages?afterSeq=${after}&limit=200`);
    if (page.items.length === 0) return items;
    items.push(...page.items);
  }
}

/** Sentences for everything that is wrong; empty when nothing was lost, doubled or reordered (performance.md 5.2). */
export async function violations(product: Product, ledger: Ledger): Promise<string[]> {
  const wrong: string[] = [];
  const found = new Map<string, number>();
  const openBy = new Map<string, number>();
  for (const conversation of await all<ConversationView>(product, 'conversations?sort=oldest')) {
    const messages = await messagesOf(product, conversation.id);
    if (messages.some((message, i) => message.seq !== i + 1) || conversation.seq !== messages.length) {
      wrong.push(
        `conversation ${conversation.id} is numbered ${messages.map((m) => m.seq).join(',')} and says ${conversation.seq}`,
      );
    }
    if (conversation.status !== 'resolved')
      openBy.set(conversation.customer.id, (openBy.get(conversation.customer.id) ?? 0) + 1);
    wrong.push(...count(messages, found));
  }
  for (const marker of ledger.accepted) if (!found.has(marker)) wrong.push(`${marker} was accepted and is lost`);
  for (const [marker, n] of found) {
    if (n > 1) wrong.push(`${marker} stands there ${n} times`);
    if (!ledger.tried.has(marker)) wrong.push(`${marker} was never sent`);
  }
  for (const [customer, n] of openBy) if (n > 1) wrong.push(`customer ${customer} has ${n} open conversations`);
  wrong.push(...(await wrongWaits(product)), ...(await wrongChanges(product)));
  return wrong;
}

function count(messages: MessageView[], found: Map<string, number>): string[] {
  const wrong: string[] = [];
  const last = new Map<string, number>();
  for (const message of messages.filter(({ kind }) => kind === 'inbound')) {
    const [marker, sender, n] = /m(\d+)x(\d+)/.exec(message.text) ?? [];
    if (!marker || !sender || !n) continue;
    found.set(marker, (found.get(marker) ?? 0) + 1);
    if ((last.get(sender) ?? 0) > Number(n)) wrong.push(`${marker} stands after m${sender}x${last.get(sender)}`);
    last.set(sender, Number(n));
  }
  return wrong;
}

async function wrongWaits(product: Product): Promise<string[]> {
  const wrong: string[] = [];
  for (const wait of await all<WaitView>(product, 'sla/waits')) {
    if (wait.state === 'ended' && wait.outcome === null) wrong.push(`wait ${wait.id} ended without an outcome`);
    if (wait.outcome === 'breached' && wait.breachedAt !== wait.dueAt)
      wrong.push(`wait ${wait.id} breached at ${wait.breachedAt}, was due ${wait.dueAt}`);
    if (wait.outcome === 'met' && wait.breachedAt) wrong.push(`wait ${wait.id} is met and breached`);
    const levels = wait.escalations.map(({ level }) => level);
    if (new Set(levels).size !== levels.length) wrong.push(`wait ${wait.id} has a level twice`);
  }
  return wrong;
}

/** The feed: versions of a conversation 1, 2, 3 … in order; one breach a wait and one escalation a level. */
async function wrongChanges(product: Product): Promise<string[]> {
  const wrong: string[] = [];
  const versions = new Map<string, number>();
  const once = new Set<string>();
  for (let cursor = ''; ;) {
    const page = await product.get<ChangesView>(
      `changes?limit=200${cursor ? `&since=${encodeURIComponent(cursor)}` : ''}`,
    );
    for (const item of page.items) {
      if (item.version !== null && item.conversationId) {
        const before = versions.get(item.conversationId) ?? 0;
        if (item.version !== before + 1) wrong.push(`${item.conversationId}: version ${item.version} after ${before}`);
        versions.set(item.conversationId, item.version);
      }
      const fact = onceOnly(item.type, item.payload);
      if (fact && once.has(fact)) wrong.push(`${fact} was told twice`);
      if (fact) once.add(fact);
    }
    if (page.items.length === 0 || page.cursor === cursor) return wrong;
    cursor = page.cursor;
  }
}

function onceOnly(type: string, payload: Record<string, unknown>): string | null {
  if (type === 'wait.breached') return `the breach of wait ${String(payload['waitId'])}`;
  if (type === 'escalation.fired')
    return `level ${(payload as unknown as EscalationFired).level} of wait ${String(payload['waitId'])}`;
  return null;
}
