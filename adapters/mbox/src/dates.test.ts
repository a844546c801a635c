import { describe, expect, it } from 'vitest';
import { mailDate } from './dates.ts';

const read = (text: string) => {
  const at = mailDate(text);
  return at === undefined ? undefined : new Date(at).toISOString().slice(0, 19);
};

describe('the date of a mail', () => {
  it.each([
    ['Thu, 22 Aug 2002 12:46:39 +0100 (IST)', '2002-08-22T11:46:39'],
    ['22 Aug 2002 12:46 -0530', '2002-08-22T18:16:00'],
    ['Thu, 22 Aug 02 12:46:39 EST', '2002-08-22T17:46:39'],
    ['Thu, 22 Aug 97 12:46:39 GMT', '1997-08-22T12:46:39'],
    ['Thursday, 22-Aug-2002 1:46:39 PM PDT', '2002-08-22T20:46:39'],
    ['Mon, 27 May 2002 10:28:3 +0200', '2002-05-27T08:28:03'],
    ['Fri, 23 Aug 2002 22:46:34 GMT+1', '2002-08-23T21:46:34'],
    ['Thu, 22 Aug 2002 12.46.39', '2002-08-22T12:46:39'],
    ['Thu Aug 22 12:46:39 2002', '2002-08-22T12:46:39'],
    ['Thu Aug 22 12:46:39 EDT 2002', '2002-08-22T16:46:39'],
    ['Thu Aug 22 12:46:39 2002 +0200', '2002-08-22T10:46:39'],
    ['ann@example.org Mon Aug 22 12:46:39 +0000 2011', '2011-08-22T12:46:39'],
    ['2002-08-22T12:46:39+02:00', '2002-08-22T10:46:39'],
    ['2002-08-22 12:46:39', '2002-08-22T12:46:39'],
    ['Thu, 31 Dec 1998 23:59:60 +0000', '1999-01-01T00:00:00'],
  ])('reads %s', (text, utc) => expect(read(text)).toBe(utc));

  it.each([
    '',
    'yesterday',
    'Thu, 01 Jan 1970 00:00:00 +0000',
    'Thu, 22 Aug 0102 12:07:35 +0800',
    'Thu, 22 Aug 2102 12:07:35 +0800',
    'Sat, 31 Feb 2004 10:00:00 +0000',
    'Thu, 22 Aug 2002 25:00:00 +0000',
    'Thu, 22 Foo 2002 12:00:00 +0000',
    'Thu, 22 Aug 2002 12:00:00 +9900',
    '9'.repeat(100_000),
  ])('takes no impossible one: %.40s', (text) => expect(read(text)).toBeUndefined());
});
