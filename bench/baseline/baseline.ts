import 'reflect-metadata';
import { Body, Controller, Headers, HttpCode, Inject, Module, Post, UnauthorizedException } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  ClientKafka,
  ClientsModule,
  EventPattern,
  type MicroserviceOptions,
  Payload,
  Transport,
} from '@nestjs/microservices';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { lastValueFrom } from 'rxjs';
import twilio from 'twilio';
import { Column, DataSource, Entity, Index, ManyToOne, PrimaryGeneratedColumn, type Relation } from 'typeorm';

/**
 * The textbook inbox that the product is measured against: Nest's Kafka transport with `@EventPattern`, TypeORM entities
 * and `repo.save` per message, in one transaction with the conversation row locked, and an event emitted afterwards.
 * Kept fair: unique keys, indexes and a tuned pool as a good engineer would have them, four partitions at a time. Its
 * webhook verifies Twilio's signature and answers when Kafka has the message.
 */
@Entity({ schema: 'baseline', name: 'customers' })
class Customer {
  @PrimaryGeneratedColumn('uuid') id!: string;
  @Index({ unique: true }) @Column() address!: string;
  @Column() displayName!: string;
}

@Entity({ schema: 'baseline', name: 'conversations' })
class Conversation {
  @PrimaryGeneratedColumn('uuid') id!: string;
  @ManyToOne(() => Customer) customer!: Relation<Customer>;
  @Index() @Column() status!: string;
  @Column({ type: 'int', default: 0 }) seq!: number;
  @Column({ type: 'timestamptz' }) lastMessageAt!: Date;
  @Column() preview!: string;
}

@Entity({ schema: 'baseline', name: 'messages' })
@Index(['conversation', 'seq'], { unique: true })
class Message {
  @PrimaryGeneratedColumn('uuid') id!: string;
  @ManyToOne(() => Conversation) conversation!: Relation<Conversation>;
  @Column({ type: 'int' }) seq!: number;
  @Index({ unique: true }) @Column() externalId!: string;
  @Column() text!: string;
  @Column({ type: 'timestamptz' }) receivedAt!: Date;
}

interface Arrived {
  externalId: string;
  from: { address: string; display: string };
  text: string;
  receivedAt: string;
}

const source = new DataSource({
  type: 'postgres',
  url: process.env['DATABASE_URL']!,
  entities: [Customer, Conversation, Message],
  poolSize: 10,
});

@Controller()
class Inbox {
  private handled = 0;

  constructor(@Inject('EVENTS') private readonly events: ClientKafka) {}

  @Post('webhooks/sms')
  @HttpCode(200)
  async webhook(@Body() form: Record<string, string>, @Headers('x-twilio-signature') signature: string) {
    if (!twilio.validateRequest(process.env['AUTH_TOKEN'] ?? '', signature, `${address}/webhooks/sms`, form)) {
      throw new UnauthorizedException();
    }
    const { MessageSid: externalId, From: from = '', Body: text } = form;
    const arrived = { externalId, from: { address: from, display: from }, text, receivedAt: new Date().toISOString() };
    await lastValueFrom(this.events.emit('baseline.inbound', { key: from, value: JSON.stringify(arrived) }));
    return '<Response/>';
  }

  @EventPattern('baseline.inbound')
  async received(@Payload() arrived: Arrived): Promise<void> {
    const message = await source.transaction(async (manager) => {
      if (await manager.getRepository(Message).findOneBy({ externalId: arrived.externalId })) return null;
      const customers = manager.getRepository(Customer);
      const customer =
        (await customers.findOneBy({ address: arrived.from.address })) ??
        (await customers.save({ address: arrived.from.address, displayName: arrived.from.display }));
      const conversations = manager.getRepository(Conversation);
      const open = await conversations.findOne({
        where: { customer: { id: customer.id }, status: 'open' },
        lock: { mode: 'pessimistic_write' },
      });
      const conversation = open ?? conversations.create({ customer, status: 'open', seq: 0 });
      conversation.seq += 1;
      conversation.lastMessageAt = new Date(arrived.receivedAt);
      conversation.preview = arrived.text.slice(0, 140);
      await conversations.save(conversation);
      return manager.getRepository(Message).save({
        conversation,
        seq: conversation.seq,
        externalId: arrived.externalId,
        text: arrived.text,
        receivedAt: new Date(arrived.receivedAt),
      });
    });
    if (message)
      this.events.emit('baseline.received', { key: arrived.from.address, value: JSON.stringify({ id: message.id }) });
    this.handled += 1;
    if (this.handled % 100 === 0) report(this.handled);
  }
}

const brokers = process.env['KAFKA_BROKERS']!.split(',');
const client = { clientId: 'baseline', brokers, retry: { initialRetryTime: 100, retries: 20 } };

@Module({
  imports: [
    ClientsModule.register([
      { name: 'EVENTS', transport: Transport.KAFKA, options: { client, producerOnlyMode: true } },
    ]),
  ],
  controllers: [Inbox],
})
class Baseline {}

function report(handled: number): void {
  const { user, system } = process.cpuUsage();
  process.send?.({ handled, cpuMs: (user + system) / 1000, address });
}

process.on('disconnect', () => process.exit()); // the run that started it has ended
let address = '';
await source.initialize();
await source.query('create schema if not exists baseline');
await source.synchronize(); // a benchmark's own tables; the product never does this
const app = await NestFactory.create<NestFastifyApplication>(Baseline, new FastifyAdapter(), { logger: ['error'] });
app.connectMicroservice<MicroserviceOptions>({
  transport: Transport.KAFKA,
  options: {
    client,
    consumer: { groupId: 'baseline', allowAutoTopicCreation: false },
    subscribe: { fromBeginning: true },
    run: { partitionsConsumedConcurrently: 4 },
  },
});
await app.startAllMicroservices();
await app.listen(0, '127.0.0.1');
address = (await app.getUrl()).replace('localhost', '127.0.0.1');
report(0);
