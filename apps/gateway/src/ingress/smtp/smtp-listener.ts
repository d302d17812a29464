import { type BeforeApplicationShutdown, Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import { GatewayContext } from '../../gateway.context.js';
import { ArrivalWatch } from './arrival-watch.js';
import { MailIntake } from './mail-intake.service.js';

/** The listener takes mails to 40 MB (interface.md), announced as SIZE. */
export const MAX_MAIL_BYTES = 40 * 1024 * 1024;
/** Mails being received at one time, all together: beyond it a sender is asked to come back, so that memory stays flat. */
const MAX_BYTES_IN_FLIGHT = 320 * 1024 * 1024;
const MAX_CLIENTS = 200;

class SmtpRefusal extends Error {
  constructor(
    readonly responseCode: number,
    message: string,
  ) {
    super(message);
  }
}

/**
 * The way in for mail. `250` means durable; 4xx "our trouble, come back", 5xx only "no such address" or "too big". It
 * takes mail for our own addresses only, signs nobody in and looks nothing up in the DNS.
 */
@Injectable()
export class SmtpListener implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private server: SMTPServer | null = null;
  private bytesInFlight = 0;

  constructor(
    @Inject(GatewayContext) private readonly context: GatewayContext,
    @Inject(MailIntake) private readonly intake: MailIntake,
    @Inject(ArrivalWatch) private readonly arrivals: ArrivalWatch,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const { smtpPort, host } = this.context.config;
    if (smtpPort === 0) return;
    const server = new SMTPServer({
      banner: 'Kairos',
      size: MAX_MAIL_BYTES,
      // no certificate of our own: a relay in front speaks TLS to the world
      disabledCommands: ['AUTH', 'STARTTLS'],
      authOptional: true,
      disableReverseLookup: true,
      hideENHANCEDSTATUSCODES: false,
      maxClients: MAX_CLIENTS,
      socketTimeout: 60_000,
      closeTimeout: 2_000,
      logger: false,
      onRcptTo: (address, _session, done) => done(this.refusalOf(address.address)),
      onData: (stream, session, done) => {
        this.receive(stream, session).then(
          (text) => done(null, text),
          (error: unknown) => done(this.answerTo(error)),
        );
      },
    });
    server.on('error', (error: Error) => this.context.logger.debug({ err: error }, 'a mail connection broke'));
    await new Promise<void>((done, fail) => {
      server.server.once('error', (error: NodeJS.ErrnoException) =>
        fail(
          error.code === 'EADDRINUSE'
            ? new Error(
                `SMTP_PORT ${smtpPort} on ${host} is in use. Set SMTP_PORT to a free port, or to 0 for no mail listener.`,
              )
            : error,
        ),
      );
      server.listen(smtpPort, host, () => done());
    });
    this.server = server;
  }

  async beforeApplicationShutdown(): Promise<void> {
    const server = this.server;
    this.server = null;
    if (server) await new Promise<void>((done) => server.close(() => done()));
  }

  private refusalOf(recipient: string): SmtpRefusal | null {
    if (this.intake.channelOf(recipient)) return null;
    return new SmtpRefusal(
      550,
      'No such mailbox here. Check the address; channels are set up in Kairos under Settings.',
    );
  }

  private async receive(stream: SMTPServerDataStream, session: SMTPServerSession): Promise<string> {
    const chunks: Buffer[] = [];
    let bytes = 0;
    try {
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        if (stream.sizeExceeded)
          chunks.length = 0; // read to its end, kept no longer
        else chunks.push(chunk);
        bytes += chunk.length;
        this.bytesInFlight += chunk.length;
        if (this.bytesInFlight > MAX_BYTES_IN_FLIGHT) chunks.length = 0;
      }
      if (stream.sizeExceeded) throw new SmtpRefusal(552, 'The mail is larger than 40 MB.');
      const raw = Buffer.concat(chunks);
      if (raw.length < bytes) throw new SmtpRefusal(451, 'Too much mail at one time; try again later.');
      const { mailFrom, rcptTo } = session.envelope;
      const mail = {
        raw,
        from: mailFrom ? mailFrom.address : '',
        rcpt: rcptTo.map((recipient) => recipient.address),
        client: session.remoteAddress,
      };
      const receipts = await this.arrivals.store(() => this.intake.take(mail));
      // a channel that was removed between RCPT and DATA
      if (receipts.length === 0) throw new SmtpRefusal(550, 'No such mailbox here any more.');
      return `Stored as ${receipts[0]!.id}`;
    } finally {
      this.bytesInFlight -= bytes;
    }
  }

  private answerTo(error: unknown): SmtpRefusal {
    if (error instanceof SmtpRefusal) return error;
    this.context.logger.warn({ err: error }, 'a mail could not be stored and was sent back for later');
    return new SmtpRefusal(451, 'The mail could not be stored right now; try again later.');
  }
}
