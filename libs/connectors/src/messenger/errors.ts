import { DELIVERY_WORDS } from '#contracts';
import { ChannelError } from '../connector.js';

/** The `error` object of a Graph answer. */
export interface GraphError {
  message?: string;
  code?: number;
  error_subcode?: number;
  is_transient?: boolean;
}

/** channels.md 8.6: people may answer for seven days, programs for one. */
const TOO_LATE = DELIVERY_WORDS.meta_too_late;

const WORDS: Record<string, string> = {
  '100/2018001': DELIVERY_WORDS.meta_unknown_customer,
  '190': DELIVERY_WORDS.meta_token,
  '200': DELIVERY_WORDS.meta_not_allowed,
  '551': DELIVERY_WORDS.meta_left,
};
/** Meta's own trouble and its rate limits. */
const RETRYABLE = new Set([1, 2, 4, 17, 32, 341, 368, 613, 1200]);

export const TOO_LATE_CODE = '10/2018278';

/** Meta's code 10 also stands for permissions; its subcode, or its words, say when it is about time. */
function isTooLate({ code, error_subcode: subcode, message }: GraphError): boolean {
  return code === 10 && (subcode === 2_018_278 || /outside (?:of )?(?:the )?allowed window/i.test(message ?? ''));
}

/** What stands between us and Meta may answer anything. */
const saidIn = ({ message }: { message?: unknown }): string => (typeof message === 'string' ? message.trim() : '');

export function explainGraph(status: number, error: GraphError): ChannelError {
  const code = error.code ?? null;
  const full = error.error_subcode ? `${code}/${error.error_subcode}` : String(code);
  const words = isTooLate(error)
    ? TOO_LATE
    : (WORDS[full] ?? WORDS[String(code)] ?? (saidIn(error) || `${DELIVERY_WORDS.meta_status} ${status}.`));
  const serverError = status >= 500;
  return new ChannelError('delivery', code === null ? words : `${words} (Meta ${full})`, {
    retryable: error.is_transient === true || status === 429 || serverError || (code !== null && RETRYABLE.has(code)),
    // A refusal with a code was decided before sending; a bare 5xx may have come after it.
    ambiguous: serverError && code === null,
    providerCode: isTooLate(error) ? TOO_LATE_CODE : code === null ? String(status) : full,
  });
}
