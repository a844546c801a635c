import type { SearchHits } from '@stackbox/client';
import { safe } from '../text/safe.ts';
import { dim, type Line, type Span, span } from '../text/span.ts';
import { hang } from '../text/wrap.ts';
import type { Look } from './look.ts';
import { when } from './times.ts';

type Hit = SearchHits['hits'][number];

/** A message that was found; `room` if it lies in another one than the open one. */
export function hitRows(hit: Hit, room: string | undefined, look: Look): Line[] {
  const { names, width } = look;
  const head: Line = [
    dim(`${when(hit.at, look.now)} `),
    span(names.call(hit.by), names.style(hit.by)),
    dim(`  #${hit.seq}${room === undefined ? '' : ` in ${room}`}`),
  ];
  return [head, ...hang([span('    ')], 4, snippetSpans(hit.snippet), width)];
}

/** The matches stand between U+E000 and U+E001. */
function snippetSpans(snippet: string): Span[] {
  return safe(snippet.replaceAll('\n', ' '))
    .split(/(\ue000[^\ue001]*\ue001?)/)
    .filter((part) => part !== '')
    .map((part) =>
      part.startsWith('\ue000')
        ? span(part.replace(/[\ue000\ue001]/g, ''), 'match')
        : span(part.replaceAll('\ue001', '')),
    );
}
