import http from 'node:http';

export interface Shot {
  /** From the instant it should have been sent to the answer, in ms: a stall of the server counts for all who queue. */
  latencyMs: number;
  status: number;
}

export interface Target {
  url: string;
  /** A new request each time: body and headers. */
  next(n: number): { body: string; headers: Record<string, string> };
}

/** Sends at a fixed rate whatever the answers do (open loop) over kept-alive connections, for `seconds`. */
export async function openLoop(target: Target, rate: number, seconds: number): Promise<Shot[]> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });
  const total = Math.round(rate * seconds);
  const shots: Shot[] = [];
  const pending: Promise<void>[] = [];
  const began = performance.now();
  for (let n = 0; n < total;) {
    const due = Math.min(total, Math.floor(((performance.now() - began) / 1000) * rate) + 1);
    for (; n < due; n++)
      pending.push(
        shoot(target, n, { agent, intended: began + (n / rate) * 1000 }).then((shot) => void shots.push(shot)),
      );
    await new Promise((done) => setTimeout(done, 1));
  }
  await Promise.all(pending);
  agent.destroy();
  return shots;
}

function shoot(target: Target, n: number, plan: { agent: http.Agent; intended: number }): Promise<Shot> {
  const { body, headers } = target.next(n);
  return new Promise((done) => {
    const finish = (status: number) => done({ latencyMs: performance.now() - plan.intended, status });
    const request = http.request(target.url, {
      method: 'POST',
      agent: plan.agent,
      headers: { ...headers, 'content-length': Buffer.byteLength(body) },
    });
    request.on('response', (response) => {
      response.resume();
      response.on('end', () => finish(response.statusCode ?? 0));
    });
    request.on('error', () => finish(0));
    request.end(body);
  });
}
