import { ChannelError } from '../connector.js';

/** The `error` object of a Graph answer. */
export interface GraphError {
  message?: string;
  code?: number;
  error_subcode?: number;
  is_transient?: boolean;
}

const WORDS: Record<string, string> = {
  '10': 'The time to answer freely is over: Meta allows 24 hours after the customer’s last message.',
  '10/2018278': 'The time to answer freely is over: Meta allows 24 hours after the customer’s last message.',
  '100/2018001': 'Meta does not know this customer, or they deleted the chat.',
  '190': 'The page’s access token is no longer valid: connect the channel again.',
  '200': 'The page may not write to this customer: a permission is missing, or they blocked the page.',
  '551': 'This customer cannot be reached at the moment: they blocked the page or left Messenger.',
};
/** Meta's own trouble and its rate limits. */
const RETRYABLE = new Set([1, 2, 4, 17, 32, 341, 368, 613, 1200]);

export function explainGraph(status: number, error: GraphError): ChannelError {
  const code = error.code ?? null;
  const full = error.error_subcode ? `${code}/${error.error_subcode}` : String(code);
  const words = WORDS[full] ?? WORDS[String(code)] ?? (error.message?.trim() || `Meta answered with status ${status}.`);
  const serverError = status >= 500;
  return new ChannelError('delivery', code === null ? words : `${words} (Meta ${full})`, {
    retryable: error.is_transient === true || status === 429 || serverError || (code !== null && RETRYABLE.has(code)),
    // A refusal with a code was decided before sending; a bare 5xx may have come after it.
    ambiguous: serverError && code === null,
    providerCode: code === null ? String(status) : full,
  });
}
