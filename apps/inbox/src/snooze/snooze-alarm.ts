import { Injectable } from '@nestjs/common';

/** Tells the worker of this process that somebody snoozed: its next look may be sooner than it thinks. */
@Injectable()
export class SnoozeAlarm {
  private listener: () => void = () => undefined;

  onSet(listener: () => void): void {
    this.listener = listener;
  }

  set(): void {
    this.listener();
  }
}
