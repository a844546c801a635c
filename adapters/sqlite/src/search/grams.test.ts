import Database from 'better-sqlite3';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Finder } from './finder.ts';
import { spell, trigramsOf } from './grams.ts';
import { scopeToken } from './scope.ts';
import { fold, hasUnspaced, spacedOnly } from './scripts.ts';

describe('grams', () => {
  it('sets syllables apart, so that a pair and a single character are one trigram each', () => {
    expect(spell('合同，iPhone')).toEqual({ spelled: '  合 同  iphone ', sounds: ' ' });
    expect(trigramsOf('合', false)).toEqual([' 合 ']);
    expect(trigramsOf('合同', false)).toEqual(['合 同']);
    expect(trigramsOf('签合同', false)).toEqual(['签 合', '合 同']);
  });

  it('gives sounds as they stand as well', () => {
    expect(spell('มา ดี').sounds).toBe(' มา ดี ');
    expect(trigramsOf('มาดี', false)).toEqual(['มาด', 'าดี']);
    expect(trigramsOf('ดี', false)).toEqual(['ด ี']);
  });

  it('takes a word with spaces around it as a beginning, unless it is whole', () => {
    expect(trigramsOf('ab', false)).toEqual([' ab']);
    expect(trigramsOf('ab', true)).toEqual([' ab', 'ab ']);
    expect(trigramsOf('a', true)).toEqual([' a ']);
    expect(trigramsOf('a合', false)).toEqual([' 合 ']);
  });

  it('whatever occurs in a text is proposed by FTS5 for it', () => {
    const db = new Database(':memory:');
    db.exec(`CREATE VIRTUAL TABLE grams USING fts5 (spelled, sounds, detail = none, tokenize = 'trigram')`);
    const insert = db.prepare('INSERT INTO grams (rowid, spelled, sounds) VALUES (1, ?, ?)');
    const match = db.prepare('SELECT count(*) FROM grams WHERE grams MATCH ?').pluck();
    const characters = fc.constantFrom(...'合同签书のネコー가나กำที่ខ្មរab1é ,。𠀀ｱﾞﾊﾟＡ');
    const text = fc.array(characters, { minLength: 1, maxLength: 12 }).map((all) => all.join(''));
    fc.assert(
      fc.property(text, fc.nat(), fc.nat(), (whole, a, b) => {
        const all = [...whole];
        const from = a % all.length;
        const part = all.slice(from, from + 1 + (b % (all.length - from))).join('');
        // Only a whole grapheme is asked for, and a word from its beginning.
        if (!hasUnspaced(part) || !new Finder(part, false).isIn(fold(whole))) return;
        db.exec('DELETE FROM grams');
        const { spelled, sounds } = spell(whole);
        insert.run(spelled, sounds);
        const expression = trigramsOf(part, false)
          .map((trigram) => `"${trigram}"`)
          .join(' AND ');
        expect([part, expression, match.get(expression)]).toEqual([part, expression, 1]);
      }),
      { numRuns: 2_000 },
    );
    db.close();
  });
});

describe('scripts', () => {
  it('spacedOnly keeps every place', () => {
    for (const text of ['iPhone合同 ok', '𠀀a', 'a\uE010b', '❤️ x', 'plain']) {
      expect(spacedOnly(text)).toHaveLength(text.length);
    }
    expect(spacedOnly('iPhone合同 ok\uE011')).toBe('iPhone   ok ');
  });

  it('fold knows one case, one width and no accents, and keeps the marks of other scripts', () => {
    expect(fold('ÉCLAIR ﾃﾞｰﾀ Ａ')).toBe('eclair データ a');
    expect(fold('ที่')).toBe('ที่'.normalize('NFKC'));
    expect(fold('ガ')).toBe('ガ');
  });
});

describe('Finder', () => {
  const finds = (term: string, text: string, whole = false) => new Finder(term, whole).isIn(fold(text));

  it('finds a word where a word begins, and whole only where it ends', () => {
    expect(finds('phone', 'my phones')).toBe(true);
    expect(finds('phone', 'my iphone')).toBe(false);
    expect(finds('phone', 'my iphone, phone')).toBe(true);
    expect(finds('phone', 'my phones', true)).toBe(false);
    expect(finds('phone', '新phone到', true)).toBe(true);
  });

  it('passes over what is no letter, and over no letter', () => {
    expect(finds('合同 已签', '合同，已签')).toBe(true);
    expect(finds('合同 已签', '合同都已签')).toBe(false);
    expect(finds('合同a', '合同 ab')).toBe(true);
    expect(finds('...', '...')).toBe(false);
  });
});

describe('scopeToken', () => {
  it('is one token for either tokenizer, and another for every number and kind', () => {
    const db = new Database(':memory:');
    db.exec(`
      CREATE VIRTUAL TABLE words USING fts5 (body, tokenize = 'porter unicode61');
      CREATE VIRTUAL TABLE grams USING fts5 (body, tokenize = 'trigram');
      CREATE VIRTUAL TABLE word_terms USING fts5vocab (words, row);
      CREATE VIRTUAL TABLE gram_terms USING fts5vocab (grams, row);
    `);
    const tokens = (['workspace', 'room', 'author', 'has'] as const).flatMap((kind) =>
      [0, 1, 19_999, 20_000, 399_999_999].map((no) => scopeToken(kind, no)),
    );
    for (const table of ['words', 'grams']) {
      const insert = db.prepare(`INSERT INTO ${table} (body) VALUES (?)`);
      for (const token of tokens) insert.run(token);
    }
    for (const table of ['word_terms', 'gram_terms']) {
      expect(db.prepare(`SELECT term FROM ${table}`).pluck().all().sort()).toEqual([...tokens].sort());
    }
    db.close();
    expect(() => scopeToken('room', 400_000_000)).toThrow(RangeError);
  });
});
