import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { ChangeView } from '#contracts';
import { type Headers, type Identity, seesEverything } from '#platform';
import { maySee } from '../../changes/audience.rules.js';
import { type ChangeEntry, ChangeFeed } from '../../changes/change-feed.js';
import { GatewayContext } from '../../gateway.context.js';
import { scopesAllow } from '../../people/scopes.rules.js';
import { SessionIdentityResolver } from '../../people/session-identity.resolver.js';
import { Doorman, type Frame, frame, type NamespaceWith, type SocketWith } from '../sockets/doorman.js';
import { readConversation, readCursor, readToken } from '../sockets/frames.rules.js';
import { slim, SocketServer } from '../sockets/socket-server.js';
import { Presence } from './presence.js';
import { visibleOf } from './watching.store.js';

/** More than this is not told again one by one: the client loads afresh (interface.md 4). */
const MAX_MISSED = 5_000;
const PAGE = 500;
/** A sign of typing counts this often per socket. */
const TYPING_EVERY_MS = 3_000;
/** From being let in to being connected, generously. */
const ARRIVAL_MS = 10_000;
/** Sessions that ran out without anybody ending them are noticed within this time. */
const LOOK_AGAIN_MS = 60_000;

interface AgentState {
  identity: Identity;
  /** What it proved itself with, asked again when something about people changes. */
  proof: { token: string } | { headers: Headers };
  watching: Set<string>;
  typedAtMs: number;
}
type AgentSocket = SocketWith<AgentState>;

/** Namespace /agents: everything a person may see, as it happens, and whatever was missed on asking. */
@Injectable()
export class AgentSockets implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly namespace: NamespaceWith<AgentState>;
  private readonly presence: Presence;
  private readonly off: (() => void)[] = [];
  /** Told once it is known who may still hear it. */
  private readonly held: ChangeEntry[] = [];
  private checks = 0;
  /** Somebody was let in and is about to be among the sockets. */
  private expectedUntilMs = 0;

  constructor(
    @Inject(GatewayContext) private readonly context: GatewayContext,
    @Inject(SocketServer) private readonly server: SocketServer,
    @Inject(SessionIdentityResolver) private readonly identities: SessionIdentityResolver,
    @Inject(ChangeFeed) private readonly feed: ChangeFeed,
  ) {
    this.namespace = server.namespace<AgentState>('/agents');
    this.presence = new Presence((id) => this.tellPresence(id));
  }

  onApplicationBootstrap(): void {
    const doorman = new Doorman<AgentState>(this.context, 'agents', {
      sync: frame(readCursor, (socket: AgentSocket, { cursor }) => this.sync(socket, cursor)),
      watch: this.ofConversation((socket, id) => this.watch(socket, id)),
      unwatch: this.ofConversation((socket, id) => this.unwatch(socket, id)),
      typing: this.ofConversation((socket, id) => this.type(socket, id)),
    });
    this.namespace.use((socket, next) => {
      this.admit(socket).then(
        (admitted) => next(admitted ? undefined : new Error('not signed in')),
        () => next(new Error('try again')),
      );
    });
    this.namespace.on('connection', (socket) => {
      slim(socket);
      doorman.guard(socket);
      socket.on('disconnect', () => this.forget(socket));
    });
    const again = setInterval(() => void this.lookAgain(null), LOOK_AGAIN_MS);
    this.off.push(
      this.feed.onChange(
        (entries) => this.tell(entries),
        () => this.namespace.sockets.size > 0 || performance.now() < this.expectedUntilMs,
      ),
      this.identities.onChanged((personId) => void this.lookAgain(personId)),
      () => clearInterval(again),
    );
  }

  onModuleDestroy(): void {
    for (const off of this.off) off();
  }

  private async admit(socket: AgentSocket): Promise<boolean> {
    const token = readToken(socket.handshake.auth['token']);
    const { origin, cookie, authorization } = socket.handshake.headers;
    // A cookie comes along by itself, from whatever page: that page has to be ours. A token was given on purpose.
    const ambient = token === null && authorization === undefined;
    if (ambient && origin !== undefined && !this.server.isOwnOrigin(origin, socket)) return false;
    const proof = token === null ? { headers: { cookie, authorization } } : { token };
    const identity = await this.identityOf(proof);
    if (!identity) return false;
    this.expectedUntilMs = performance.now() + ARRIVAL_MS;
    await this.feed.begin();
    socket.data = { identity, proof, watching: new Set(), typedAtMs: -TYPING_EVERY_MS };
    return true;
  }

  private async identityOf(proof: AgentState['proof']): Promise<Identity | null> {
    const identity =
      'token' in proof ? await this.identities.resolveToken(proof.token) : await this.identities.resolve(proof.headers);
    return identity && scopesAllow(identity.scopes, 'GET', '/api/v1/changes') ? identity : null;
  }

  private tell(entries: ChangeEntry[]): void {
    if (this.checks > 0) {
      this.held.push(...entries);
      return;
    }
    const sockets = this.sockets();
    if (sockets.length === 0) return;
    for (const { change, audience } of entries) {
      const those = sockets.filter((socket) => maySee(socket.data.identity, audience)).map((socket) => socket.id);
      // by rooms of one: the frame is encoded once, whoever gets it
      if (those.length > 0) this.namespace.to(those).emit('event', change);
    }
    const moved = entries.filter(({ change }) => change.type === 'conversation.assigned' && change.conversationId);
    if (moved.length > 0) void this.lookAtWatchers(new Set(moved.map(({ change }) => change.conversationId!)));
  }

  private async sync(
    socket: AgentSocket,
    cursor: string,
  ): Promise<{ items: ChangeView[]; cursor: string; resync?: boolean }> {
    const { identity } = socket.data;
    await this.feed.begin();
    const last = await this.feed.last(); // before counting: what comes meanwhile is told live and by the next sync
    const missed = cursor === '' ? null : await this.feed.missedSince(cursor);
    if (missed === null || missed > MAX_MISSED) return { items: [], cursor: last, resync: true };
    const items: ChangeView[] = [];
    let at = cursor;
    for (let pages = 0; pages <= MAX_MISSED / PAGE; pages++) {
      const page = await this.feed.read(identity, at, PAGE);
      items.push(...page.items);
      if (page.cursor === at) break;
      at = page.cursor;
    }
    return { items, cursor: at };
  }

  private ofConversation(answer: (socket: AgentSocket, id: string) => unknown): Frame<AgentState> {
    return frame(readConversation, (socket: AgentSocket, { conversationId }) => answer(socket, conversationId));
  }

  private async watch(socket: AgentSocket, id: string): Promise<{ ok: boolean }> {
    const visible = await this.visible(socket.data.identity, [id]);
    if (!visible.has(id)) {
      this.unwatch(socket, id);
      return { ok: false };
    }
    if (!socket.connected) return { ok: false };
    await socket.join(roomOf(id));
    socket.data.watching.add(id);
    this.presence.enter(id, socket.data.identity.personId, socket.id);
    socket.emit('presence', this.presence.of(id));
    return { ok: true };
  }

  private unwatch(socket: AgentSocket, id: string): { ok: boolean } {
    if (socket.data.watching.delete(id)) {
      void socket.leave(roomOf(id));
      this.presence.leave(id, socket.data.identity.personId, socket.id);
    }
    return { ok: true };
  }

  private type(socket: AgentSocket, id: string): { ok: boolean } {
    const nowMs = performance.now();
    const { watching, typedAtMs, identity } = socket.data;
    if (!watching.has(id) || nowMs - typedAtMs < TYPING_EVERY_MS) return { ok: false };
    socket.data.typedAtMs = nowMs;
    this.presence.type(id, identity.personId);
    return { ok: true };
  }

  private tellPresence(id: string): void {
    this.namespace.to(roomOf(id)).emit('presence', this.presence.of(id));
  }

  private forget(socket: AgentSocket): void {
    for (const id of socket.data.watching) this.presence.leave(id, socket.data.identity.personId, socket.id);
    socket.data.watching.clear();
  }

  /** Somebody's role, teams or sign-in changed: who may no more is cut off at once. */
  private async lookAgain(personId: string | null): Promise<void> {
    const those = this.sockets().filter((socket) => personId === null || socket.data.identity.personId === personId);
    if (those.length === 0) return;
    this.checks += 1;
    await Promise.all(those.map((socket) => this.check(socket)));
    this.checks -= 1;
    if (this.checks === 0) this.tell(this.held.splice(0));
  }

  /** Never rejects. */
  private async check(socket: AgentSocket): Promise<void> {
    const identity = await this.identityOf(socket.data.proof).catch(() => undefined);
    if (identity === null) socket.disconnect(true);
    if (!identity) return; // the database does not answer: nothing is known to have changed
    socket.data.identity = identity;
    await this.lookAtWatches(socket);
  }

  private async lookAtWatchers(conversationIds: Set<string>): Promise<void> {
    const those = this.sockets().filter((socket) => [...socket.data.watching].some((id) => conversationIds.has(id)));
    await Promise.all(those.map((socket) => this.lookAtWatches(socket)));
  }

  private async lookAtWatches(socket: AgentSocket): Promise<void> {
    const watching = [...socket.data.watching];
    if (watching.length === 0) return;
    const visible = await this.visible(socket.data.identity, watching).catch(() => new Set<string>());
    for (const id of watching) if (!visible.has(id)) this.unwatch(socket, id);
  }

  private visible(identity: Identity, ids: string[]): Promise<Set<string>> {
    const { personId, teamIds } = identity;
    return visibleOf(this.context.db, { personId, teamIds, all: seesEverything(identity) }, ids);
  }

  private sockets(): AgentSocket[] {
    return [...this.namespace.sockets.values()];
  }
}

function roomOf(conversationId: string): string {
  return `conversation:${conversationId}`;
}
