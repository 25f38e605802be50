/** Within so many ms a weekday says which day is meant. */
const week = 6 * 86_400_000;

/**
 * A deadline in the company's time zone: in short, `Tue 16:00` or, where that could be another week's, `Tue 8 Dec 16:00`;
 * in full, `Tuesday 8 December 2026, 16:00 CET`. Moments are epoch ms, the zone an IANA name.
 */
export function deadlineOf(
  at: number,
  { now, timeZone }: { readonly now: number; readonly timeZone: string },
): { readonly short: string; readonly full: string } {
  const words = (options: Intl.DateTimeFormatOptions): string =>
    new Intl.DateTimeFormat('en-GB', { timeZone, ...options }).format(at).replaceAll(',', '');
  const time = words({ hour: '2-digit', minute: '2-digit' });
  const day = at - now < week ? ({} as const) : ({ day: 'numeric', month: 'short' } as const);
  const date = words({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
  const zone = words({ hour: '2-digit', minute: '2-digit', timeZoneName: 'short' }).slice(time.length + 1);
  return { short: `${words({ weekday: 'short', ...day })} ${time}`, full: `${date}, ${time} ${zone}` };
}
