import 'reflect-metadata';
import { Controller, Inject, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  ClientKafka,
  ClientsModule,
  EventPattern,
  type MicroserviceOptions,
  Payload,
  Transport,
} from '@nestjs/microservices';
import { Column, DataSource, Entity, Index, ManyToOne, PrimaryGeneratedColumn, type Relation } from 'typeorm';

/**
 * The textbook inbox that the product is measured against: Nest's Kafka transport with `@EventPattern`, TypeORM entities
 * and `repo.save` per message, in one transaction with the conversation row locked, and an event emitted afterwards.
 * Kept fair: unique keys, indexes and a tuned pool as a good engineer would have them, four partitions at a time.
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
  process.send?.({ handled, cpuMs: (user + system) / 1000 });
}

await source.initialize();
await source.query('create schema if not exists baseline');
await source.synchronize(); // a benchmark's own tables; the product never does this
const app = await NestFactory.createMicroservice<MicroserviceOptions>(Baseline, {
  transport: Transport.KAFKA,
  logger: ['error'],
  options: {
    client,
    consumer: { groupId: 'baseline', allowAutoTopicCreation: false },
    subscribe: { fromBeginning: true },
    run: { partitionsConsumedConcurrently: 4 },
  },
});
await app.listen();
report(0);
