import { invalid } from './errors.js';

const PATTERN = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;

/** ISO 8601 duration to seconds; weeks and days are 7 x 24 h and 24 h of clock time. @throws DomainError invalid_duration */
export function durationToSeconds(text: string): number {
  const match = PATTERN.exec(text);
  if (!match || text === 'P' || text.endsWith('T')) {
    throw invalid(
      'invalid_duration',
      `"${text}" is not a duration. Use ISO 8601, for example PT2H, PT30M, PT3S or P1D.`,
    );
  }
  const [, w, d, h, m, s] = match.map((part) => Number(part ?? 0));
  return w! * 604_800 + d! * 86_400 + h! * 3_600 + m! * 60 + s!;
}

/** Seconds to the shortest ISO 8601 duration in hours, minutes and seconds: 86400 -> PT24H, 5400 -> PT1H30M. */
export function secondsToDuration(seconds: number): string {
  const h = Math.floor(seconds / 3_600);
  const m = Math.floor((seconds % 3_600) / 60);
  const s = seconds % 60;
  return seconds === 0 ? 'PT0S' : `PT${h ? `${h}H` : ''}${m ? `${m}M` : ''}${s ? `${s}S` : ''}`;
}
