import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { AttachmentRef, MessageView, ReplyRecipientsView } from '#contracts';
import type { Tx } from '#database';
import { cleanText, conflict, invalid, newId, newReplyToken } from '#kernel';
import type { Identity } from '#platform';
import { lockSeen, refuseMerged, seenConversation } from '../conversations/access.js';
import { type Conversation, factsOf, nextSeq, nextVersion } from '../conversations/conversation.rules.js';
import { saveConversations } from '../conversations/conversation.store.js';
import { findPerson } from '../directory/directory.store.js';
import { InboxContext } from '../inbox.context.js';
import { findByClientId, listPublicAfter } from '../messages/message.store.js';
import { messageView } from '../messages/message.view.js';
import { AttachmentsService } from './attachments.service.js';
import { composeReply } from './compose.rules.js';
import { dropDraft } from './draft.store.js';
import { seenOutlet } from './outlet.js';
import { readRecipients, usualRecipients } from './recipients.rules.js';
import type { NoteDto, ReplyDto } from './replies.dto.js';
import { insertOwnMessage, keepToken, loadReach } from './reply.store.js';

/** What agents write: replies that go out, and notes that never leave. */
@Injectable()
export class RepliesService {
  constructor(
    private readonly context: InboxContext,
    private readonly attachments: AttachmentsService,
  ) {}

  /**
   * The same `clientId` again gives the same message.
   * @throws DomainError newer_messages, conversation_merged, unknown_channel, no_recipient, invalid_recipient
   */
  async reply(actor: Identity, id: string, body: ReplyDto): Promise<MessageView> {
    const { id: conversationId } = await seenConversation(this.context.db, actor, id);
    const files = await this.attachments.collect(actor, conversationId, body.attachments ?? []);
    const text = cleanText(body.text);
    if (!/\S/.test(text) && files.length === 0) {
      throw invalid('empty_reply', 'A reply needs a text or an attachment. Write something, or attach a file.');
    }
    return this.context.db.retrying(async (tx) => {
      const [conversation] = await lockSeen(tx, actor, [conversationId]);
      const repeated = await findByClientId(tx, conversationId, body.clientId);
      if (repeated) return messageView(repeated);
      refuseMerged(conversation!);
      await refuseUnseen(tx, conversation!, body);
      await this.send(tx, actor, conversation!, { body, text, files });
      return messageView((await findByClientId(tx, conversationId, body.clientId))!);
    });
  }

  /** Whom a reply goes to when it names nobody, for the author to see before it leaves. @throws DomainError unknown_channel */
  async recipients(actor: Identity, id: string, channelId?: string): Promise<ReplyRecipientsView> {
    const { db } = this.context;
    const conversation = await seenConversation(db, actor, id);
    const outlet = await seenOutlet(db, actor, conversation, channelId ?? conversation.replyChannelId);
    return usualRecipients(outlet, await loadReach(db, conversation, outlet), conversation);
  }

  async note(actor: Identity, id: string, body: NoteDto): Promise<MessageView> {
    const now = this.context.now();
    return this.context.db.retrying(async (tx) => {
      const [conversation] = await lockSeen(tx, actor, [id]);
      const repeated = await findByClientId(tx, conversation!.id, body.clientId);
      if (repeated) return messageView(repeated);
      refuseMerged(conversation!);
      const seq = nextSeq(conversation!);
      const messageId = newId();
      await insertOwnMessage(tx, {
        ...(await this.own(tx, actor, conversation!.id, body.clientId)),
        id: messageId,
        seq,
        kind: 'note',
        text: cleanText(body.text),
        at: now,
      });
      if (!body.keepDraft) await dropDraft(tx, conversation!.id, actor.personId);
      this.context.log.append(tx, [
        {
          type: 'message.noted',
          key: conversation!.id,
          seq: nextVersion(conversation!),
          occurredAt: now,
          payload: {
            conversation: factsOf(conversation!),
            messageId,
            messageSeq: seq,
            authorId: actor.personId,
            clientId: body.clientId,
            at: now.toISOString(),
          },
        },
      ]);
      await saveConversations(tx, [conversation!]);
      return messageView((await findByClientId(tx, conversation!.id, body.clientId))!);
    });
  }

  private async send(
    tx: Tx,
    actor: Identity,
    conversation: Conversation,
    { body, text, files }: { body: ReplyDto; text: string; files: AttachmentRef[] },
  ): Promise<void> {
    const now = this.context.now();
    const outlet = await seenOutlet(tx, actor, conversation, body.channelId ?? conversation.replyChannelId);
    const reach = await loadReach(tx, conversation, outlet);
    const base = await this.own(tx, actor, conversation.id, body.clientId);
    const place = { conversationId: conversation.id, channelId: outlet.id };
    const token = outlet.kind === 'email' ? await keepToken(tx, { ...place, token: this.newToken(place), now }) : '';
    const draft = {
      messageId: newId(),
      deliveryId: newId(),
      clientId: body.clientId,
      authorId: actor.personId,
      authorName: base.fromName,
      text,
      html: body.html ?? null,
      attachments: files,
      to: readRecipients(body.to, outlet.kind),
      cc: readRecipients(body.cc, outlet.kind),
      mailId: randomBytes(16).toString('hex'),
      token,
    };
    const { outbound, seq, fact } = composeReply(conversation, draft, { outlet, reach }, now);
    await insertOwnMessage(tx, {
      ...base,
      id: draft.messageId,
      seq,
      kind: 'reply',
      channelId: outlet.id,
      channelKind: outlet.kind,
      slaKind: outlet.slaKind,
      fromAddress: outlet.address,
      recipients: outbound.to,
      copies: outbound.cc,
      subject: outbound.subject,
      text,
      html: outbound.html,
      attachments: files,
      at: now,
      deliveryId: draft.deliveryId,
      deliveryState: 'queued',
      header: outbound.mail?.messageId ?? null,
    });
    await saveConversations(tx, [conversation]);
    if (!body.keepDraft) await dropDraft(tx, conversation.id, actor.personId);
    this.context.log.append(tx, [fact]);
  }

  private newToken({ conversationId, channelId }: { conversationId: string; channelId: string }): string {
    return newReplyToken(this.context.config.secret, channelId, conversationId);
  }

  private async own(tx: Tx, actor: Identity, conversationId: string, clientId: string) {
    const person = await findPerson(tx, actor.personId);
    return {
      conversationId,
      channelId: null,
      channelKind: null,
      slaKind: null,
      fromAddress: '',
      fromName: person?.name ?? null,
      recipients: [],
      copies: [],
      subject: null,
      html: null,
      attachments: [],
      clientId,
      authorId: actor.personId,
      deliveryId: null,
      deliveryState: null,
      header: null,
    };
  }
}

/** The send-time guard (domain.md 4): nobody answers past what they have not seen, unless they say so. */
async function refuseUnseen(tx: Tx, conversation: Conversation, body: ReplyDto): Promise<void> {
  if (body.confirm === true || conversation.lastPublicSeq <= body.seenSeq) return;
  const newer = await listPublicAfter(tx, conversation.id, body.seenSeq);
  throw conflict(
    'newer_messages',
    `Somebody wrote here after message ${body.seenSeq}, which you had seen last. Read what is new, then send again with the new seenSeq or with confirm.`,
    { newer: newer.map(messageView) },
  );
}
