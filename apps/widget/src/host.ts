import type { FrameSays, HostSays } from './host-messages.js';

interface Listener {
  open(): void;
  close(): void;
  narrow(narrow: boolean): void;
}

/** The website's page around the frame; spoken to and believed at its exact origin only. */
export class Host {
  private listener: Listener | null = null;

  constructor(
    private readonly origin: string | null,
    private readonly become: (identity: string | undefined) => void,
  ) {
    addEventListener('message', (event: MessageEvent<unknown>) => {
      if (event.source === parent && event.origin === this.origin && isHostSays(event.data)) this.take(event.data);
    });
  }

  tell(message: FrameSays): void {
    if (this.origin !== null && parent !== window) parent.postMessage(message, this.origin);
  }

  listen(listener: Listener): () => void {
    this.listener = listener;
    this.tell({ kairos: 'frame', type: 'ready' });
    return () => (this.listener = null);
  }

  private take(message: HostSays): void {
    if (message.type === 'identify') this.become(message.identity);
    else if (message.type === 'logout') this.become(undefined);
    else if (message.type === 'narrow') this.listener?.narrow(message.narrow);
    else this.listener?.[message.type]();
  }
}

function isHostSays(data: unknown): data is HostSays {
  return typeof data === 'object' && data !== null && (data as { kairos?: unknown }).kairos === 'host';
}
