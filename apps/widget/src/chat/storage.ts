import type { Outgoing } from './timeline.rules.js';

export interface Profile {
  name: string;
  email: string;
}

/**
 * What outlives the page, in the frame's own origin. Where a browser allows no storage the memory of this page has to
 * do. Each unsent message has a key of its own, so that several tabs do not write over one another.
 */
export class ChatStorage {
  private readonly prefix: string;
  private readonly memory = new Map<string, string>();

  constructor(websiteToken: string) {
    this.prefix = `kairos.chat.${websiteToken}.`;
  }

  get visitorToken(): string | null {
    return this.get('visitor');
  }
  set visitorToken(token: string | null) {
    this.set('visitor', token);
  }

  get readSeq(): number {
    return Number(this.get('read') ?? 0) || 0;
  }
  set readSeq(seq: number) {
    this.set('read', String(seq));
  }

  get profile(): Profile {
    return { name: this.get('name') ?? '', email: this.get('email') ?? '' };
  }
  set profile({ name, email }: Profile) {
    this.set('name', name || null);
    this.set('email', email || null);
  }

  /** Unsent messages, oldest first. */
  outgoing(): Outgoing[] {
    const found: Outgoing[] = [];
    for (const key of this.keys()) {
      if (!key.startsWith('out.')) continue;
      try {
        found.push({ ...(JSON.parse(this.get(key) ?? '') as Outgoing), failed: false });
      } catch {
        this.set(key, null);
      }
    }
    return found.sort((a, b) => (a.at < b.at ? -1 : 1));
  }

  keep(out: Outgoing): void {
    this.set(`out.${out.clientId}`, JSON.stringify(out));
  }

  drop(clientId: string): void {
    this.set(`out.${clientId}`, null);
  }

  /** The customer signed out of the website: nothing of him stays. */
  forget(): void {
    for (const key of this.keys()) this.set(key, null);
  }

  private keys(): string[] {
    const all = [...this.memory.keys()];
    try {
      for (let n = 0; n < localStorage.length; n++) all.push(localStorage.key(n)!);
    } catch {
      // no storage here
    }
    return all.filter((key) => key.startsWith(this.prefix)).map((key) => key.slice(this.prefix.length));
  }

  private get(name: string): string | null {
    try {
      return localStorage.getItem(this.prefix + name) ?? this.memory.get(this.prefix + name) ?? null;
    } catch {
      return this.memory.get(this.prefix + name) ?? null;
    }
  }

  private set(name: string, value: string | null): void {
    const key = this.prefix + name;
    this.memory.delete(key);
    try {
      if (value === null) localStorage.removeItem(key);
      else localStorage.setItem(key, value);
    } catch {
      if (value !== null) this.memory.set(key, value);
    }
  }
}
