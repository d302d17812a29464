import { instantOf, wallOf } from '../../i18n/zone.rules.js';

export const PRESETS = ['hour', 'threeHours', 'evening', 'tomorrow', 'monday'] as const;
export type Preset = (typeof PRESETS)[number];

const MORNING = 9;
const EVENING = 18;

/** When a preset wakes the conversation again; null when it makes no sense now (the evening is over). */
export function presetAt(preset: Preset, now: number, timeZone: string): number | null {
  const wall = wallOf(now, timeZone);
  const on = (days: number, hour: number) => {
    const date = new Date(Date.UTC(wall.year, wall.month - 1, wall.day + days));
    return instantOf(
      { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate(), hour, minute: 0 },
      timeZone,
    );
  };
  switch (preset) {
    case 'hour':
      return now + 3_600_000;
    case 'threeHours':
      return now + 3 * 3_600_000;
    case 'evening':
      return wall.hour < EVENING - 1 ? on(0, EVENING) : null;
    case 'tomorrow':
      return on(1, MORNING);
    case 'monday':
      return on((8 - wall.weekday) % 7 || 7, MORNING);
  }
}
