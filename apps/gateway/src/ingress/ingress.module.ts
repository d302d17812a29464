import { Module } from '@nestjs/common';
import { ChangesModule } from '../changes/changes.module.js';
import { ChannelsModule } from '../channels/channels.module.js';
import { CustomController } from './custom/custom.controller.js';
import { CustomIntake } from './custom/custom-intake.service.js';
import { ReceiptReaderWorker } from './reading/receipt-reader.worker.js';
import { ReadingService } from './reading/reading.service.js';
import { StoredReader } from './reading/stored-reader.service.js';
import { ReceiptWriter } from './receipts/receipt-writer.service.js';
import { ArrivalWatch } from './smtp/arrival-watch.js';
import { MailIntake } from './smtp/mail-intake.service.js';
import { SmtpListener } from './smtp/smtp-listener.js';
import { WebhookController } from './webhooks/webhook.controller.js';
import { WebhookIntake } from './webhooks/webhook-intake.service.js';

/** Everything a customer sends comes in here: verified, stored as it came, committed, then acknowledged. */
@Module({
  imports: [ChangesModule, ChannelsModule],
  controllers: [WebhookController, CustomController],
  providers: [
    ReceiptWriter,
    WebhookIntake,
    CustomIntake,
    ArrivalWatch,
    MailIntake,
    SmtpListener,
    StoredReader,
    ReadingService,
    ReceiptReaderWorker,
  ],
  exports: [ReceiptWriter],
})
export class IngressModule {}
