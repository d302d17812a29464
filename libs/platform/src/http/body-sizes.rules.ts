/** A body over this is refused before anything else is looked at (interface.md). */
export const BODY_LIMIT = 25 * 1024 * 1024;

/** What every route takes unless it says otherwise: far above the largest honest form, far below what costs us. */
export const SMALL_BODY = 64 * 1024;

export function inWords(bytes: number): string {
  return bytes >= 1_048_576 ? `${Math.floor(bytes / 1_048_576)} MB` : `${Math.floor(bytes / 1024)} kB`;
}
