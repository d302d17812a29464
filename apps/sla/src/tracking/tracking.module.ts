import { Module } from '@nestjs/common';
import { ClockCheck } from './clock-check.js';
import { DueTimer } from './due-timer.js';
import { DueWorker } from './due.worker.js';
import { NamesConsumer } from './names.consumer.js';
import { NamesService } from './names.service.js';
import { TrackingConsumer } from './tracking.consumer.js';
import { TrackingService } from './tracking.service.js';
import { WaitMetrics } from './wait-metrics.js';

@Module({
  controllers: [TrackingConsumer, NamesConsumer],
  providers: [TrackingService, NamesService, DueTimer, DueWorker, ClockCheck, WaitMetrics],
})
export class TrackingModule {}
