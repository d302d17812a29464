import { truncate } from '#kernel';
import { type AlertItem, CHANNEL_NAMES, conversationLink, customerName, durationWords, lateMs } from './alert.rules.js';

export interface SlackBlock {
  type: 'section' | 'context';
  text?: SlackText;
  fields?: SlackText[];
  elements?: SlackText[];
}

interface SlackText {
  type: 'mrkdwn';
  text: string;
  /** Slack must not turn words of a customer into links, channels or mentions. */
  verbatim: true;
}

export interface SlackContent {
  /** For notifications and screen readers. */
  text: string;
  blocks: SlackBlock[];
}

/** Slack refuses a message whose blocks hold more (msg_blocks_too_long at 13,200). */
const BLOCKS_BUDGET = 12_500;
const SECTION_BUDGET = 2_900;

/** The three characters Slack wants escaped; with them gone no customer can write `<!channel>` or `<@U…>`. */
export function escapeMrkdwn(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** One breach (or warning), with what became of it. */
export function singleMessage(item: AlertItem, publicUrl: string, now: Date): SlackContent {
  const { facts } = item;
  const name = escapeMrkdwn(truncate(customerName(facts), 300));
  const link = conversationLink(publicUrl, facts.conversationId);
  const state = stateWords(item, now);
  const promise = `${facts.kind === 'first_response' ? 'first answer' : 'answer'} within ${durationWords(facts.targetSeconds * 1_000)}`;
  const owner = ownerWords(item);
  const channel = CHANNEL_NAMES[facts.channelKind] ?? facts.channelKind;
  const blocks: SlackBlock[] = [
    { type: 'section', text: mrkdwn(`${sign(item)} *<${link}|${name}>* ${state}`) },
    {
      type: 'section',
      fields: [
        mrkdwn(`*Channel*\n${escapeMrkdwn(channel)}`),
        mrkdwn(`*Promise*\n${promise}`),
        mrkdwn(`*Due*\n${slackTime(facts.dueAt)}`),
        mrkdwn(`*Owner*\n${owner}`),
      ],
    },
  ];
  const preview = escapeMrkdwn(truncate(facts.preview, 140));
  if (preview) blocks.push({ type: 'context', elements: [mrkdwn(preview)] });
  if (item.why) blocks.push({ type: 'context', elements: [mrkdwn(escapeMrkdwn(item.why))] });
  const due = facts.dueAt.slice(0, 16).replace('T', ' ');
  return { text: `${name} ${state} (${channel}, ${promise}, due ${due} UTC, owner: ${owner}) ${link}`, blocks };
}

/** Many at once: every customer by name with a link. Details give way before names do. */
export function digestMessage(
  items: AlertItem[],
  options: { publicUrl: string; afterDowntime: boolean; now: Date },
): SlackContent {
  const headline = digestHeadline(items, options.afterDowntime);
  const lines = items.map((item) => digestLine(item, options, true));
  const fits = lines.reduce((sum, line) => sum + line.length + 1, headline.length) <= BLOCKS_BUDGET;
  const shown = fits ? lines : items.map((item) => digestLine(item, options, false));
  const blocks: SlackBlock[] = [{ type: 'section', text: mrkdwn(headline) }];
  let section = '';
  for (const line of shown) {
    if (section && section.length + line.length + 1 > SECTION_BUDGET) {
      blocks.push({ type: 'section', text: mrkdwn(section) });
      section = '';
    }
    section += section ? `\n${line}` : line;
  }
  if (section) blocks.push({ type: 'section', text: mrkdwn(section) });
  const names = items.map((item) => escapeMrkdwn(customerName(item.facts))).join(', ');
  return { text: truncate(`${headline.replaceAll('*', '')}: ${names}`, 2_000), blocks };
}

function digestHeadline(items: AlertItem[], afterDowntime: boolean): string {
  const n = items.length;
  const broke = items.some((item) => !item.facts.breached)
    ? `${n} promises broke or are about to`
    : `${n} ${n === 1 ? 'promise' : 'promises'} broke`;
  const ended = items.filter((item) => item.ended).length;
  const since =
    ended === 0 ? '' : ended === n ? ', all answered or closed since' : `, ${ended} answered or closed since`;
  const all = ended === n ? ':white_check_mark:' : ':red_circle:';
  return `${all} *${broke}${afterDowntime ? ' while we were down' : ''}*${since}`;
}

function digestLine(item: AlertItem, { publicUrl, now }: { publicUrl: string; now: Date }, details: boolean): string {
  const { facts } = item;
  const name = escapeMrkdwn(truncate(customerName(facts), 120));
  const line = `${item.ended ? ':white_check_mark:' : '•'} <${conversationLink(publicUrl, facts.conversationId)}|${name}>`;
  if (!details) return line;
  const late = lateMs(item, now);
  const open = late === null ? `due ${slackTime(facts.dueAt)}` : `${durationWords(late)} late`;
  const how = item.ended ? item.ended.how : open;
  const owner = item.ownerName ? `, ${escapeMrkdwn(truncate(item.ownerName, 40))}` : '';
  return `${line} ${CHANNEL_NAMES[facts.channelKind] ?? facts.channelKind}, ${how}${owner}`;
}

function stateWords(item: AlertItem, now: Date): string {
  const late = lateMs(item, now);
  const lateWords = late === null ? 'in time' : `${durationWords(late)} late`;
  if (item.ended?.how === 'answered') {
    const by = item.answeredByName ? ` by ${escapeMrkdwn(item.answeredByName)}` : '';
    const took = durationWords(Date.parse(item.ended.at) - Date.parse(item.facts.openedAt));
    return `was answered${by} after ${took}, ${lateWords}`;
  }
  if (item.ended) return `waits no more: ${escapeMrkdwn(item.ended.reason ?? 'closed')}`;
  if (late === null) return 'will soon have waited too long';
  return late < 1_000 ? 'has waited too long: the promise breaks now' : `has waited too long: ${lateWords}`;
}

function sign(item: AlertItem): string {
  if (item.ended) return ':white_check_mark:';
  return item.facts.breached ? ':red_circle:' : ':large_yellow_circle:';
}

function ownerWords(item: AlertItem): string {
  const name = item.ownerName ?? (item.teamName ? `team ${item.teamName}` : 'nobody yet');
  return escapeMrkdwn(name);
}

/** Slack shows it in the reader's own zone; the words after the bar are for programs that do not. */
function slackTime(instant: string): string {
  const seconds = Math.floor(Date.parse(instant) / 1_000);
  return `<!date^${seconds}^{date_short_pretty} {time}|${instant.slice(0, 16).replace('T', ' ')} UTC>`;
}

function mrkdwn(text: string): SlackText {
  return { type: 'mrkdwn', text: text.slice(0, 3_000), verbatim: true };
}
