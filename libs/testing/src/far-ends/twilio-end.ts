import { randomBytes } from 'node:crypto';
import { type Answer, type Call, HttpEnd } from './http-end.js';

/** Twilio's Messages resource, for the official client (`TWILIO_API_URL = end.url`). */
export class TwilioEnd extends HttpEnd {
  readonly kept: Record<string, unknown>[] = [];

  constructor() {
    super((call) => this.answer(call));
  }

  /** Texts that Twilio took. */
  sent(): Call[] {
    return this.calls.filter((call) => call.method === 'POST' && call.status === 201);
  }

  private answer(call: Call): Answer {
    if (!/Messages\.json$/.test(call.path))
      return { status: 404, json: { code: 20404, message: 'not found', status: 404 } };
    const { args } = call;
    if (call.method === 'GET') {
      const { To, From } = args;
      const messages = this.kept.filter((one) => (!To || one['to'] === To) && (!From || one['from'] === From));
      return { json: { messages, page: 0, page_size: 50, next_page_uri: null } };
    }
    const now = new Date().toUTCString();
    const sid = `SM${randomBytes(16).toString('hex')}`;
    const message = {
      sid,
      to: args['To'],
      from: args['From'] ?? null,
      body: args['Body'],
      status: 'queued',
      direction: 'outbound-api',
      num_segments: '1',
      num_media: '0',
      error_code: null,
      error_message: null,
      date_created: now,
      date_updated: now,
      date_sent: now,
      api_version: '2010-04-01',
      uri: `/2010-04-01/Messages/${sid}.json`,
    };
    this.kept.push(message);
    return { status: 201, json: message };
  }
}
