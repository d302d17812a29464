import { randomBytes } from 'node:crypto';
import { type Call, HttpEnd } from './http-end.js';

/** Meta's Send API (`META_GRAPH_URL = end.url`). */
export class GraphEnd extends HttpEnd {
  constructor() {
    super((call) =>
      /\/messages$/.test(call.path)
        ? {
            json: {
              recipient_id: (call.args['recipient'] as { id?: string } | undefined)?.id,
              message_id: `m_${randomBytes(8).toString('hex')}`,
            },
          }
        : { json: { id: '1', name: 'Page' } },
    );
  }

  sent(): Call[] {
    return this.calls.filter((call) => /\/messages$/.test(call.path) && call.status === 200);
  }
}
