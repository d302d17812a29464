/** Typing is forgotten this long after the last sign of it; signs come at most every 3 s (domain.md 4). */
const TYPING_MS = 6_000;

interface Room {
  /** Sockets per person: several tabs are one person. */
  viewing: Map<string, Set<string>>;
  typing: Map<string, NodeJS.Timeout>;
}

/** Who views and who types, per conversation; in memory only, never stored. */
export class Presence {
  private readonly rooms = new Map<string, Room>();

  constructor(private readonly changed: (conversationId: string) => void) {}

  of(conversationId: string): { conversationId: string; viewing: string[]; typing: string[] } {
    const room = this.rooms.get(conversationId);
    return { conversationId, viewing: [...(room?.viewing.keys() ?? [])], typing: [...(room?.typing.keys() ?? [])] };
  }

  enter(conversationId: string, personId: string, socketId: string): void {
    const room = this.rooms.get(conversationId) ?? { viewing: new Map(), typing: new Map() };
    this.rooms.set(conversationId, room);
    const sockets = room.viewing.get(personId);
    if (sockets) sockets.add(socketId);
    else room.viewing.set(personId, new Set([socketId]));
    if (!sockets) this.changed(conversationId);
  }

  leave(conversationId: string, personId: string, socketId: string): void {
    const room = this.rooms.get(conversationId);
    const sockets = room?.viewing.get(personId);
    if (!room || !sockets?.delete(socketId) || sockets.size > 0) return;
    room.viewing.delete(personId);
    clearTimeout(room.typing.get(personId));
    room.typing.delete(personId);
    if (room.viewing.size === 0) this.rooms.delete(conversationId);
    this.changed(conversationId);
  }

  type(conversationId: string, personId: string): void {
    const room = this.rooms.get(conversationId);
    if (!room?.viewing.has(personId)) return;
    const known = room.typing.get(personId);
    clearTimeout(known);
    const stop = setTimeout(() => {
      room.typing.delete(personId);
      this.changed(conversationId);
    }, TYPING_MS);
    room.typing.set(personId, stop.unref());
    if (!known) this.changed(conversationId);
  }
}
