import { expect, test } from 'vitest';
import { withMentions } from './mentions.ts';

const people = [
  ['Ana Maria', 'usr_1'],
  ['Ana', 'usr_2'],
] as const;

test.for([
  ['@Ana look', '<@usr_2> look'],
  ['hi @ana maria, and @ANA.', 'hi <@usr_1>, and <@usr_2>.'],
  ['@all of you', '<@all> of you'],
  ['@Anabel and @allons', '@Anabel and @allons'],
  ['mail me: me@ana', 'mail me: me@ana'],
  ['<@usr_2> stays', '<@usr_2> stays'],
  ['@nobody @ @@Ana', '@nobody @ @<@usr_2>'],
] as const)('%s', ([typed, sent]) => {
  expect(withMentions(typed, people)).toBe(sent);
});
