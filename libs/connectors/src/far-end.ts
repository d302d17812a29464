import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A provider's far end on loopback, for the specs of senders. */
export interface FarEnd {
  url: string;
  calls: FarCall[];
  /** What the next calls get; the last one stays. `hang` never answers, `cut` closes the connection. */
  answers: (FarAnswer | 'hang' | 'cut')[];
  close(): Promise<void>;
}

export interface FarCall {
  method: string;
  path: string;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

export interface FarAnswer {
  status?: number;
  headers?: Record<string, string>;
  json?: unknown;
}

export async function openFarEnd(): Promise<FarEnd> {
  const end: Pick<FarEnd, 'calls' | 'answers'> = { calls: [], answers: [{ status: 200, json: {} }] };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      end.calls.push({ method, path: url, headers, body: Buffer.concat(chunks).toString() });
      const answer = end.answers.length > 1 ? end.answers.shift()! : end.answers[0]!;
      if (answer === 'hang') return;
      if (answer === 'cut') return void request.socket.destroy();
      response.writeHead(answer.status ?? 200, { 'content-type': 'application/json', ...answer.headers });
      response.end(JSON.stringify(answer.json ?? {}));
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return Object.assign(end, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise<void>((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  });
}
