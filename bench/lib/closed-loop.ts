import http from 'node:http';

export interface Post {
  body: string;
  headers: Record<string, string>;
}

/** Sends all of them over `connections` kept-alive connections, each as soon as the one before it was answered. */
export async function closedLoop(url: string, posts: Post[], connections: number): Promise<void> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: connections });
  let next = 0;
  const lane = async () => {
    for (let post = posts[next++]; post; post = posts[next++]) await send(url, post, agent);
  };
  await Promise.all(Array.from({ length: connections }, lane));
  agent.destroy();
}

function send(url: string, { body, headers }: Post, agent: http.Agent): Promise<void> {
  return new Promise((done, fail) => {
    const request = http.request(url, {
      method: 'POST',
      agent,
      headers: { ...headers, 'content-length': Buffer.byteLength(body) },
    });
    request.on('response', (response) => {
      response.resume();
      const { statusCode } = response;
      response.on('end', () => (statusCode === 200 ? done() : fail(new Error(`${url} answered ${statusCode}`))));
    });
    request.on('error', fail);
    request.end(body);
  });
}
