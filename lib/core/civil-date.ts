/** Kept, because making one reads the tables of its time zone: noticeable in every call. */
const dayFormats = new Map<string, Intl.DateTimeFormat>();

/** A day as the company counts it, `YYYY-MM-DD`. */
export function civilDate(now: number, timeZone: string): string {
  const format = dayFormats.get(timeZone) ?? new Intl.DateTimeFormat('sv-SE', { timeZone });
  dayFormats.set(timeZone, format);
  return format.format(now);
}
