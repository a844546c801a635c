const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** Offsets in hours of the zones RFC 5322 still lets be named; other names say nothing reliable and count as UTC. */
const zones: Record<string, number> = {
  edt: -4,
  est: -5,
  cdt: -5,
  cst: -6,
  mdt: -6,
  mst: -7,
  pdt: -7,
  pst: -8,
};

/** "Thu, 22 Aug 2002 12:46:39 +0100 (IST)", and the forms that real mails have instead. */
const written =
  /^\s*(?:[a-z]{3,9}\.?,?\s*)?(\d{1,2})[\s-]+([a-z]{3})[a-z]*\.?,?[\s-]+(\d{2,4})[\s,]+(\d{1,2})[:.](\d{1,2})(?:[:.](\d{1,2}))?(?:\s*([ap]m)\b)?\s*(?:(?:gmt|utc)?([+-]\d{1,2}):?(\d{2})?(?!\d)|([a-z]{1,5})\b)?/i;

/** "Thu Aug 22 12:46:39 2002" of C's asctime, with or without a zone on either side of the year. */
const asctime =
  /(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,?\s+([a-z]{3})[a-z]*\s+(\d{1,2}),?\s+(\d{1,2}):(\d{2})(?::(\d{2}))?\s+(?:([+-]\d{2})(\d{2})\s+|([a-z]{3,4})\s+)?(\d{4})(?:\s+([+-]\d{2})(\d{2}))?/i;

/** 2002-08-22T12:46:39+01:00; with no zone it is UTC, so that no machine's own zone comes in. */
const iso =
  /^\s*(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2}):(\d{2})(?:\.\d+)?\s*(?:Z|([+-]\d{2}):?(\d{2}))?\s*$/i;

/** An address and a date at their longest. */
const mostChars = 400;

// The first network mail is of 1971.
const earliest = Date.UTC(1971, 0, 1);
const latest = Date.UTC(2100, 0, 1);

/** Milliseconds since 1970 of a Date header or of the end of a `From ` line; undefined if it is no date mail can have. */
export function mailDate(text: string): number | undefined {
  if (text.length > mostChars) return undefined;
  const at = fromWritten(text) ?? fromAsctime(text) ?? fromIso(text);
  return at !== undefined && at >= earliest && at < latest ? at : undefined;
}

function fromWritten(text: string): number | undefined {
  const [, day, month, year, hour, minute, second, half, zoneHours, zoneMinutes, zone] =
    written.exec(text) ?? [];
  if (day === undefined || month === undefined || year === undefined) return undefined;
  const noon =
    half === undefined ? Number(hour) : (Number(hour) % 12) + (half.toLowerCase() === 'pm' ? 12 : 0);
  return instant(fullYear(year), month, day, noon, minute, second, offset(zoneHours, zoneMinutes, zone));
}

function fromAsctime(text: string): number | undefined {
  const [
    ,
    month,
    day,
    hour,
    minute,
    second,
    beforeHours,
    beforeMinutes,
    zone,
    year,
    afterHours,
    afterMinutes,
  ] = asctime.exec(text) ?? [];
  if (day === undefined || month === undefined) return undefined;
  const shift = offset(beforeHours ?? afterHours, beforeMinutes ?? afterMinutes, zone);
  return instant(Number(year), month, day, Number(hour), minute, second, shift);
}

function fromIso(text: string): number | undefined {
  const [, year, month, day, hour, minute, second, zoneHours, zoneMinutes] = iso.exec(text) ?? [];
  if (year === undefined) return undefined;
  const name = months[Number(month) - 1] ?? '';
  return instant(
    Number(year),
    name,
    day,
    Number(hour),
    minute,
    second,
    offset(zoneHours, zoneMinutes, undefined),
  );
}

/** RFC 5322, 4.3: two digits below 50 are of this century, other two or three digits count from 1900. */
function fullYear(year: string): number {
  const number = Number(year);
  if (year.length > 3) return number;
  return year.length === 2 && number < 50 ? 2000 + number : 1900 + number;
}

/** Minutes east of Greenwich. */
function offset(hours: string | undefined, minutes: string | undefined, zone: string | undefined): number {
  if (hours !== undefined)
    return Number(hours) * 60 + (hours.startsWith('-') ? -1 : 1) * Number(minutes ?? 0);
  return (zones[zone?.toLowerCase() ?? ''] ?? 0) * 60;
}

function instant(
  year: number,
  month: string,
  day: string | undefined,
  hour: number,
  minute: string | undefined,
  second: string | undefined,
  eastMinutes: number,
): number | undefined {
  const monthIndex = months.indexOf(month.toLowerCase());
  const seconds = Number(second ?? 0);
  const dayNumber = Number(day);
  const minutes = Number(minute);
  // 60 is a leap second.
  if (monthIndex === -1 || hour > 23 || minutes > 59 || seconds > 60 || Math.abs(eastMinutes) > 24 * 60)
    return undefined;
  const at = Date.UTC(year, monthIndex, dayNumber, hour, minutes, seconds);
  // "31 Feb" would silently become March.
  return new Date(Date.UTC(year, monthIndex, dayNumber)).getUTCDate() === dayNumber
    ? at - eastMinutes * 60_000
    : undefined;
}
