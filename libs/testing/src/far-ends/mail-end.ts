import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

export interface SunkMail {
  from: string;
  to: string[];
  raw: string;
}

/** A mail server on loopback that keeps what it takes (`SMTP_OUT_URL = end.url`). */
export class MailEnd {
  readonly mails: SunkMail[] = [];
  /** Asked for each recipient and each mail: an SMTP reply like [550, 'no such user'] refuses it. */
  refuse: ((stage: 'RCPT' | 'DATA', to: string[]) => [number, string] | undefined) | null = null;
  /** Takes the mail, then cuts the connection instead of answering. */
  cutAfterData = false;
  private readonly server: SMTPServer;

  constructor() {
    this.server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS', 'AUTH'],
      disableReverseLookup: true,
      onRcptTo: (address, _session, done) => done(refusal(this.refuse?.('RCPT', [address.address]))),
      onData: (stream, session, done) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          const to = session.envelope.rcptTo.map((one) => one.address);
          const no = refusal(this.refuse?.('DATA', to));
          if (no) return done(no);
          const from = session.envelope.mailFrom ? session.envelope.mailFrom.address : '';
          this.mails.push({ from, to, raw: Buffer.concat(chunks).toString('utf8') });
          if (!this.cutAfterData) return done();
          for (const connection of this.server.connections as Set<{ _socket: { destroy(): void } }>) {
            connection._socket.destroy();
          }
        });
      },
    });
    this.server.on('error', () => undefined); // a cut connection is part of the play
  }

  async start(): Promise<this> {
    await new Promise<void>((done) => this.server.listen(0, '127.0.0.1', done));
    return this;
  }

  get url(): string {
    return `smtp://127.0.0.1:${(this.server.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    await new Promise<void>((done) => this.server.close(() => done()));
  }
}

function refusal(reply: [number, string] | undefined): Error | null {
  return reply ? Object.assign(new Error(reply[1]), { responseCode: reply[0] }) : null;
}
