import type { PolicyTarget } from '#contracts';
import { invalid } from '#kernel';

/**
 * The instant at which `seconds` of the target's own time base have passed since `from`. `clock` counts every second,
 * day and night; `business` will count a calendar's open seconds here and nowhere else.
 * @throws DomainError calendars_not_available
 */
export function addSeconds(from: Date, seconds: number, basis: PolicyTarget['basis']): Date {
  if (basis !== 'clock') throw calendarsNotAvailable();
  return new Date(from.getTime() + Math.round(seconds * 1000));
}

export function calendarsNotAvailable() {
  return invalid(
    'calendars_not_available',
    'basis "business" needs a calendar, and calendars are not available yet. Use basis "clock": it counts every hour of every day.',
  );
}
