import { type ConnectorDescription, connectors } from '#connectors';
import { CHANNEL_KINDS } from '#contracts';
import { invalid } from '#kernel';

/** @throws DomainError unknown_channel_kind */
export function describeKind(kind: string): ConnectorDescription {
  const known = CHANNEL_KINDS.find((one) => one === kind);
  if (known) return connectors[known].description;
  throw invalid(
    'unknown_channel_kind',
    `"${kind.slice(0, 40)}" is no kind of channel here; use ${CHANNEL_KINDS.join(', ')}.`,
  );
}
