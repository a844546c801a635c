/** Subtypes that tell about the room rather than say something in it: what each is, and why it stays behind. */
const notices = new Map<string, { what: string; why: string }>();

function leave(what: string, why: string, ...subtypes: string[]): void {
  for (const subtype of subtypes) notices.set(subtype, { what, why });
}

leave(
  'notice of joining or leaving',
  'the room keeps who is in it now',
  ...[
    'channel_join',
    'channel_leave',
    'group_join',
    'group_leave',
    'app_conversation_join',
    'app_conversation_leave',
  ],
);
leave(
  'notice of a topic, purpose or name',
  'the room keeps the latest',
  ...['channel_topic', 'channel_purpose', 'channel_name', 'group_topic', 'group_purpose', 'group_name'],
);
leave(
  'notice of a setting',
  'the room keeps how it is now',
  ...[
    'channel_archive',
    'channel_unarchive',
    'group_archive',
    'group_unarchive',
    'group_open',
    'group_close',
  ],
  ...['channel_convert_to_private', 'channel_convert_to_public', 'channel_posting_permissions'],
);
leave('notice of an app', 'apps do not come along', 'bot_add', 'bot_remove', 'bot_enable', 'bot_disable');
leave('notice of a pin', 'the pin is on the message itself', 'pinned_item', 'unpinned_item');
leave('notice of a reply', 'the reply itself is taken', 'message_replied');
leave('call', 'it left nothing to read', 'huddle_thread', 'sh_room_created', 'sh_room_shared');
leave('reminder', 'it was due in Slack', 'reminder_add', 'reminder_delete');
leave('message', 'it was deleted in Slack', 'tombstone');
leave('message', 'its text is locked with a key of the company', 'ekm_access_denied');

export function noticeOf(subtype: string | undefined): { what: string; why: string } | undefined {
  return subtype === undefined ? undefined : notices.get(subtype);
}
