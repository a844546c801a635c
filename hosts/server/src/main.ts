/** Each command is loaded when it is asked for: a short command shouldn't wait for the server's libraries. */
const commands: Record<string, (args: string[]) => Promise<void>> = {
  start: async (args) => (await import('./commands/start.ts')).start(args),
  seed: async (args) => (await import('./commands/seed.ts')).seed(args),
  backup: async (args) => (await import('./commands/backup.ts')).backup(args),
  restore: async (args) => (await import('./commands/backup.ts')).restore(args),
  import: async (args) => (await import('./commands/import.ts')).importConversations(args),
  doctor: async (args) => (await import('./commands/doctor.ts')).doctor(args),
  chat: async (args) => (await import('./commands/chat.ts')).chat(args),
  token: async (args) => (await import('./commands/token.ts')).token(args),
};

const [name = '', ...args] = process.argv.slice(2);
const command = commands[name];
try {
  if (command === undefined) {
    const { Unusable } = await import('./data/folder.ts');
    throw new Unusable(`There is no command '${name}'. ./stackbox help lists them.`);
  }
  await command(args);
} catch (error) {
  const { name: kind, code = '', message } = error as Error & { code?: string };
  if (kind !== 'Unusable' && !code.startsWith('ERR_PARSE_ARGS')) throw error;
  process.stderr.write(`stackbox ${name}: ${message}\n`);
  process.exitCode = 2;
}
