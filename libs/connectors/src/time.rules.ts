/** A provider's stamp as RFC 3339 UTC, never after our own receipt; null when it is none. */
export function clampedStamp(milliseconds: unknown, receivedAt: Date): string | null {
  if (typeof milliseconds !== 'number' || !Number.isFinite(milliseconds) || milliseconds <= 0) return null;
  return new Date(Math.min(milliseconds, receivedAt.getTime())).toISOString();
}
