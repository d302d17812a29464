/** A random id; `crypto.randomUUID` is missing where the page came over plain http from another host. */
export function clientId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
