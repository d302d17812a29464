import { io, type Socket } from 'socket.io-client';
import type { ChatClientEvents, ChatMessage, ChatServerEvents } from '#contracts';
import { ChatStorage, type Profile } from './storage.js';
import { acknowledged, EMPTY, heard, knownTo, marked, type Outgoing, said, type Timeline } from './timeline.rules.js';

export interface ChatState {
  timeline: Timeline;
  connection: 'connecting' | 'live' | 'offline' | 'closed';
  /** The first look at what was said is through. */
  loaded: boolean;
  readSeq: number;
  profile: Profile;
}

type SyncAnswer = Parameters<Parameters<ChatClientEvents['sync']>[1]>[0];

/** The server answers within 10 s, or says that it could not. */
const ACK_MS = 13_000;
const RETRIES_MS = [1_000, 3_000, 8_000, 20_000];
/** A very long talk starts here from its end. */
const SHOWN = 400;

/** The talk of one visitor: what he says goes out sooner or later, what he missed is asked for by number. */
export class Chat {
  private socket: Socket<ChatServerEvents, ChatClientEvents> | null = null;
  private identity: string | undefined;
  private sending = false;
  private welcomed = false;
  private readonly listeners = new Set<() => void>();
  private readonly storage: ChatStorage;
  state: ChatState;

  constructor(private readonly websiteToken: string) {
    this.storage = new ChatStorage(websiteToken);
    this.state = this.fresh();
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  connect(): void {
    const socket: Socket<ChatServerEvents, ChatClientEvents> = io('/chat', {
      auth: (give) =>
        give({
          websiteToken: this.websiteToken,
          visitorToken: this.storage.visitorToken ?? undefined,
          identity: this.identity,
        }),
      transports: ['websocket', 'polling'],
      reconnectionDelayMax: 8_000,
    });
    this.socket = socket;
    socket.on('welcome', ({ visitorToken, seq }) => {
      this.storage.visitorToken = visitorToken;
      this.welcomed = true;
      this.change({ connection: 'live' });
      void this.catchUp(seq);
      void this.pump();
    });
    socket.on('message', (message, ack) => {
      this.take([message]);
      ack?.();
      if (message.seq > knownTo(this.state.timeline)) void this.catchUp(message.seq);
    });
    socket.on('disconnect', () => this.lost());
    socket.on('connect_error', (error) => {
      this.lost();
      if (socket.active) return; // it tries again by itself
      if (error.message === 'not allowed') this.change({ connection: 'closed', loaded: true });
      else setTimeout(() => socket.connect(), 15_000);
    });
    addEventListener('online', () => socket.connect());
    addEventListener('offline', () => this.change({ connection: 'offline' }));
  }

  say(text: string): void {
    const out: Outgoing = { clientId: newClientId(), text, at: new Date().toISOString(), failed: false };
    this.storage.keep(out);
    this.change({ timeline: said(this.state.timeline, out) });
    void this.pump();
  }

  tryAgain(clientId: string): void {
    this.change({ timeline: marked(this.state.timeline, clientId, false) });
    void this.pump();
  }

  introduce(profile: Profile): void {
    this.storage.profile = profile;
    this.change({ profile });
  }

  /** Everything that is there has been looked at. */
  read(): void {
    const last = this.state.timeline.messages.at(-1)?.seq ?? 0;
    if (last <= this.state.readSeq) return;
    this.storage.readSeq = last;
    this.change({ readSeq: last });
  }

  /** The website vouches for its customer, or he signed out of it: another visitor from here on. */
  become(identity: string | undefined): void {
    this.identity = identity;
    if (identity === undefined) this.storage.forget();
    this.state = this.fresh();
    this.welcomed = false;
    this.change({});
    this.socket?.disconnect().connect();
  }

  /** A file's address lives for a minute: this one is fresh. */
  async freshFile(message: ChatMessage, name: string): Promise<string | null> {
    const answer = await this.missed(message.seq - 1);
    if ('error' in answer) return null;
    return answer.messages[0]?.attachments?.find((file) => file.name === name)?.url ?? null;
  }

  private fresh(): ChatState {
    const { readSeq, profile } = this.storage;
    const timeline = this.storage.outgoing().reduce(said, EMPTY);
    return { timeline, connection: 'connecting', loaded: false, readSeq, profile };
  }

  private lost(): void {
    this.welcomed = false;
    if (this.state.connection !== 'closed') this.change({ connection: 'offline' });
  }

  private async catchUp(seq: number): Promise<void> {
    const { messages } = this.state.timeline;
    let after = messages.length > 0 ? knownTo(this.state.timeline) : Math.max(0, seq - SHOWN);
    try {
      for (;;) {
        const answer = await this.missed(after);
        if ('error' in answer || answer.messages.length === 0) break; // the last question says what we have
        this.take(answer.messages);
        after = answer.messages.at(-1)!.seq;
      }
    } catch {
      // the connection broke: the next welcome asks again
    }
    this.change({ loaded: true });
  }

  private missed(afterSeq: number): Promise<SyncAnswer> {
    return this.socket!.timeout(ACK_MS).emitWithAck('sync', { afterSeq }) as Promise<SyncAnswer>;
  }

  private take(messages: ChatMessage[]): void {
    for (const { clientId } of messages) if (clientId) this.storage.drop(clientId);
    this.change({ timeline: heard(this.state.timeline, messages) });
  }

  /** One after the other, so that what was written first arrives first. */
  private async pump(): Promise<void> {
    if (this.sending) return;
    this.sending = true;
    for (let tries = 0; this.welcomed;) {
      const out = this.state.timeline.outgoing.find((one) => !one.failed);
      if (!out) break;
      const place = await this.send(out);
      if (place) {
        tries = 0;
        this.storage.drop(out.clientId);
        this.change({ timeline: acknowledged(this.state.timeline, out.clientId, place) });
        if (place.seq > knownTo(this.state.timeline)) void this.catchUp(place.seq);
      } else if (this.welcomed) {
        const pause = RETRIES_MS[tries++];
        if (pause === undefined) {
          tries = 0;
          this.change({ timeline: marked(this.state.timeline, out.clientId, true) });
        } else await new Promise((done) => setTimeout(done, pause));
      }
    }
    this.sending = false;
  }

  private async send({ clientId, text }: Outgoing): Promise<{ id: string; seq: number } | null> {
    const { name, email } = this.state.profile;
    const body = { clientId, text, ...(name ? { name } : {}), ...(email ? { email } : {}) };
    const answer = await this.socket!.timeout(ACK_MS)
      .emitWithAck('message.send', body)
      .catch(() => null);
    return answer && 'seq' in answer ? answer : null;
  }

  private change(part: Partial<ChatState>): void {
    this.state = { ...this.state, ...part };
    for (const listener of this.listeners) listener();
  }
}

/** `crypto.randomUUID` exists on https and localhost only; a shop may still be on http. */
function newClientId(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
