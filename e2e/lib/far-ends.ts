import { createHmac } from 'node:crypto';
import { type Call, GraphEnd, MailEnd, SlackEnd, TwilioEnd } from '#testing';

export interface FarEnds {
  slack: SlackEnd;
  twilio: TwilioEnd;
  graph: GraphEnd;
  mail: MailEnd;
  /** Points a product at them. */
  env: Record<string, string>;
  close(): Promise<void>;
}

/** The four providers on loopback. */
export async function farEnds(): Promise<FarEnds> {
  const [slack, twilio, graph, mail] = await Promise.all([
    new SlackEnd().start(),
    new TwilioEnd().start(),
    new GraphEnd().start(),
    new MailEnd().start(),
  ]);
  const env = {
    SLACK_API_URL: slack.apiUrl,
    TWILIO_API_URL: twilio.url,
    META_GRAPH_URL: graph.url,
    SMTP_OUT_URL: mail.url,
  };
  return {
    slack,
    twilio,
    graph,
    mail,
    env,
    close: async () => void (await Promise.all([slack, twilio, graph, mail].map((end) => end.close()))),
  };
}

/** Twilio's signed word about a text it took, to the address that the product asked it to report to. */
export async function reportDelivered(call: Call, authToken: string): Promise<number> {
  const url = String(call.args['StatusCallback']).split('#')[0]!;
  const { sid } = call.answer as { sid: string };
  const form: Record<string, string> = { MessageSid: sid, MessageStatus: 'delivered', To: String(call.args['To']) };
  const signed =
    url +
    Object.keys(form)
      .sort()
      .map((name) => name + form[name])
      .join('');
  const signature = createHmac('sha1', authToken).update(signed, 'utf8').digest('base64');
  const answer = await fetch(url, {
    method: 'POST',
    body: new URLSearchParams(form),
    headers: { 'x-twilio-signature': signature },
  });
  return answer.status;
}

/** The alert ids in the metadata of Slack's posts: one that stands there twice was told twice. */
export function alertIds(slack: SlackEnd): string[] {
  return slack.posts().flatMap(({ args }) => {
    const metadata = args['metadata'] as { event_payload?: { id?: string; ids?: string[] } } | undefined;
    return metadata?.event_payload?.ids ?? (metadata?.event_payload?.id ? [metadata.event_payload.id] : []);
  });
}
