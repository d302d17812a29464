import type {
  AttachmentView,
  ConversationView,
  CustomerView,
  MessageView,
  OutboundDeliveryView,
  Page,
  ReplyRecipientsView,
  ResolveReason,
} from '#contracts';
import type { Correspondent, KeptDraft } from '../sync/state.rules.js';
import { http } from './http.js';
import type { Query } from './http.js';

export interface ConversationPatch {
  status?: ConversationView['status'];
  reason?: ResolveReason;
  assigneeId?: string | null;
  teamId?: string | null;
  priority?: ConversationView['priority'];
  tags?: string[];
  snoozedUntil?: string | null;
}

export interface ReplyBody {
  clientId: string;
  text: string;
  channelId?: string;
  attachments?: { id: string }[];
  to?: Correspondent[];
  cc?: Correspondent[];
  seenSeq: number;
  confirm?: boolean;
  keepDraft: boolean;
}

export interface Counts {
  inbox: number;
  mine: number;
  unassigned: number;
  late: number;
}

const at = (id: string, rest = '') => `/conversations/${encodeURIComponent(id)}${rest}`;
const customerAt = (id: string, rest = '') => `/customers/${encodeURIComponent(id)}${rest}`;

export const inboxApi = {
  conversations: (query: Query, signal?: AbortSignal) =>
    http.get<Page<ConversationView>>('/conversations', query, signal),
  conversation: (id: string) => http.get<ConversationView>(at(id)),
  change: (id: string, patch: ConversationPatch) => http.patch<ConversationView>(at(id), patch),
  messages: (id: string, query: { afterSeq?: number; limit?: number }) =>
    http.get<Page<MessageView>>(at(id, '/messages'), query),
  reply: (id: string, body: ReplyBody, keepalive = false) =>
    http.post<MessageView>(at(id, '/replies'), body, { keepalive }),
  recipients: (id: string, channelId: string, signal?: AbortSignal) =>
    http.get<ReplyRecipientsView>(at(id, '/recipients'), { channelId }, signal),
  /** Answers the one that goes on. */
  merge: (id: string, intoId: string) => http.post<ConversationView>(at(id, '/merge'), { intoId }),
  unmerge: (id: string) => http.post<ConversationView>(at(id, '/unmerge')),
  /** Answers the new one. */
  split: (id: string, fromSeq: number) => http.post<ConversationView>(at(id, '/split'), { fromSeq }),
  /** It was set aside, and wrongly. Answers its conversation. */
  needsAnswer: (messageId: string) =>
    http.post<ConversationView>(`/messages/${encodeURIComponent(messageId)}/needs-answer`),
  note: (id: string, body: { clientId: string; text: string; keepDraft: boolean }, keepalive = false) =>
    http.post<MessageView>(at(id, '/notes'), body, { keepalive }),
  draft: (id: string) => http.get<KeptDraft | undefined>(at(id, '/draft')),
  saveDraft: (id: string, draft: KeptDraft) => http.put<unknown>(at(id, '/draft'), draft),
  counts: () => http.get<Counts>('/counts'),
  upload(file: File) {
    const form = new FormData();
    form.append('file', file, file.name);
    return http.post<AttachmentView>('/attachments', form);
  },
  deliveriesOf: (messageId: string) => http.get<Page<OutboundDeliveryView>>('/deliveries', { message: messageId }),
  retryDelivery: (id: string) => http.post<OutboundDeliveryView>(`/deliveries/${encodeURIComponent(id)}/retry`),
  customer: (id: string) => http.get<CustomerView>(customerAt(id)),
  customers: (q: string, signal?: AbortSignal) => http.get<Page<CustomerView>>('/customers', { q, limit: 8 }, signal),
  changeCustomer: (
    id: string,
    patch: Partial<Pick<CustomerView, 'displayName' | 'language' | 'timeZone' | 'notes' | 'tags'>>,
  ) => http.patch<CustomerView>(customerAt(id), patch),
  addAddress: (id: string, body: { kind: string; address: string }) =>
    http.post<CustomerView>(customerAt(id, '/addresses'), body),
  mergeCustomer: (id: string, intoId: string) => http.post<CustomerView>(customerAt(id, '/merge'), { intoId }),
  unmergeCustomer: (id: string) => http.post<CustomerView>(customerAt(id, '/unmerge')),
};
