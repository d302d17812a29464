import { Inject, Injectable } from '@nestjs/common';
import { idFrom, newSecret } from '#kernel';
import { randomUUID } from 'node:crypto';
import { addressGroup } from '#platform';
import { ChannelDirectory, type KnownChannel } from '../../channels/channel-directory.js';
import { GatewayContext } from '../../gateway.context.js';
import { readToken } from '../sockets/frames.rules.js';
import { spendProof } from './chat.store.js';
import { type IdentityProof, readIdentityProof } from './identity-proof.js';
import { readVisitorToken, type Visitor, visitorToken } from './visitor-token.rules.js';

/** New visitors from one address within a minute. A token of ours makes nobody new. */
const NEW_PER_MINUTE = 100;

export interface Handshake {
  auth: Record<string, unknown>;
  /** Where the page is that opened the connection; undefined when its client names none. */
  origin: string | undefined;
  isOwnOrigin: boolean;
  address: string;
}

export type Entrance = { channel: KnownChannel; visitor: Visitor } | { refused: 'not allowed' | 'try again later' };

/** Who may come in to the web chat, and as whom (security.md J). */
@Injectable()
export class ChatEntrance {
  private readonly arrivals = new Map<string, number>();
  private minute = 0;

  constructor(
    @Inject(GatewayContext) private readonly context: GatewayContext,
    @Inject(ChannelDirectory) private readonly channels: ChannelDirectory,
  ) {}

  async enter({ auth, origin, isOwnOrigin, address }: Handshake): Promise<Entrance> {
    const websiteToken = readToken(auth['websiteToken'], 200);
    const channel = websiteToken ? this.channels.byWebsiteToken(websiteToken) : null;
    if (!channel || !(isOwnOrigin || isAllowed(channel, origin))) return { refused: 'not allowed' };
    const token = readToken(auth['visitorToken']);
    const known = token ? this.read(token, channel) : null;
    const given = auth['identity'];
    if (given !== undefined && given !== null) {
      const visitor = await this.vouchedFor(readToken(given), channel, known);
      return visitor ? { channel, visitor } : { refused: 'not allowed' };
    }
    if (known) return { channel, visitor: known };
    if (!this.mayBeNew(addressGroup(address))) return { refused: 'try again later' };
    return { channel, visitor: { id: randomUUID(), channelId: channel.id, verifiedName: null, subject: null } };
  }

  /** Null once it has been switched off. */
  channelOf(visitor: Visitor): KnownChannel | null {
    return this.channels.byId(visitor.channelId);
  }

  tokenFor(visitor: Visitor): string {
    return visitorToken(this.context.config.secret, visitor, this.context.now().getTime());
  }

  private read(token: string, channel: KnownChannel): Visitor | null {
    return readVisitorToken(this.context.config.secret, token, channel.id, this.context.now().getTime());
  }

  /** A customer that the website vouches for is the same visitor in every browser; strangers never become him. */
  private async vouchedFor(jwt: string | null, channel: KnownChannel, known: Visitor | null): Promise<Visitor | null> {
    const now = this.context.now();
    const secrets = channel.secrets.map((set) => set['identitySecret']);
    const proof = jwt ? readIdentityProof(jwt, secrets, [channel.id, channel.websiteToken ?? newSecret()], now) : null;
    if (!proof) return null;
    // the same page connects again with what it has: it is known already, the proof is not asked for
    if (known?.subject === proof.subject) return known;
    return (await this.spend(proof, channel.id, now))
      ? {
          id: idFrom('visitor', channel.id, proof.subject),
          channelId: channel.id,
          verifiedName: proof.name,
          subject: proof.subject,
        }
      : null;
  }

  private spend({ proofId, expiresAt }: IdentityProof, channelId: string, now: Date): Promise<boolean> {
    return spendProof(this.context.db, { channelId, proofId, expiresAt }, now);
  }

  private mayBeNew(address: string): boolean {
    const minute = Math.floor(this.context.now().getTime() / 60_000);
    if (minute !== this.minute) this.arrivals.clear();
    this.minute = minute;
    const count = (this.arrivals.get(address) ?? 0) + 1;
    this.arrivals.set(address, count);
    return count <= NEW_PER_MINUTE;
  }
}

/** A program that names no origin is no page, and could name any: the list is there to keep other pages out. */
function isAllowed(channel: KnownChannel, origin: string | undefined): boolean {
  if (origin === undefined) return true;
  const allowed = channel.config['allowedOrigins'];
  return Array.isArray(allowed) && allowed.includes(origin);
}
